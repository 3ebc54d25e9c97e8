"""Whether Spark can run here, and one session for all tests of a process."""

import shutil
import subprocess
from importlib.util import find_spec

import pytest

from justice_data_lab.register.spark import LOCAL, open_spark


def lacking():
    """What Spark lacks on this machine, in words; empty when it can run."""
    if find_spec("pyspark") is None:
        return "PySpark is not installed (requirements/spark.txt)"
    if shutil.which("java") is None:
        return "there is no Java (apt-get install openjdk-17-jre-headless)"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = said.split('"')[1].split(".")[0] if '"' in said else "0"
    return "" if int(version) >= 17 else f"Java {version} is here, and Spark needs 17 or later"


LACKING = lacking()
NEEDS_SPARK = [
    pytest.mark.spark,
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.skipif(bool(LACKING), reason=f"Spark: {LACKING}"),
]


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    """Spark on this machine: started once, and stopped with the tests."""
    scratch = tmp_path_factory.mktemp("spark")
    with open_spark(master=LOCAL, scratch=scratch) as running:
        yield running
