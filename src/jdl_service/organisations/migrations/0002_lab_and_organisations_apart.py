"""Nobody who works for the lab belongs to an organisation that asks it, whoever writes to the database."""

from django.db import migrations

from jdl_service.base.triggers import Refusal, refuse

_ROLES = ("is_analyst", "is_reviewer", "is_head_of_profession", "is_administrator")
_WORKS = " OR ".join(f"accounts_user.{role}" for role in _ROLES)
_GIVEN = " OR ".join(f"NEW.{role}" for role in _ROLES)
_SAID = "nobody of the lab belongs to an organisation"


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("organisations", "0001_initial"), ("accounts", "0001_initial")]
    operations = [
        refuse(
            Refusal(
                name="membership_not_of_the_lab",
                table="organisations_membership",
                on="INSERT",
                when=f"EXISTS (SELECT 1 FROM accounts_user WHERE accounts_user.id = NEW.user_id AND ({_WORKS}))",
                message=_SAID,
            ),
            Refusal(
                name="role_not_of_a_member",
                table="accounts_user",
                on="UPDATE",
                when=f"({_GIVEN}) AND EXISTS (SELECT 1 FROM organisations_membership WHERE user_id = NEW.id)",
                message=_SAID,
            ),
        )
    ]
