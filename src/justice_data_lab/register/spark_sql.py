"""Our SQL in Spark's dialect: the one place that knows where the two engines would read it differently.

Queries stay as they are written, for DuckDB. What sqlglot does not know of the difference stands here:

* a number such as 365.25 is a decimal to Spark, whose quotients are rounded; it is made a double, as DuckDB divides;
* `ln` and `exp` of Java differ from those of the C library in the last bit of one number in twelve, and `upper` of Java makes two
  letters of one (ß, ligatures, Greek); all three go to functions of Arrow's, which give what DuckDB gives;
* a number in hexadecimal digits is read by `conv`;
* a table of the attached linkage database is a view without a schema;
* the similarity of names has the name under which Splink's own Spark functions are registered.
"""

from __future__ import annotations

from sqlglot import exp, parse_one

# Registered by `register.spark` on every session; ours alone, so that nothing of Spark's is hidden.
SAME_AS_DUCKDB = {"ln": "jdl_ln", "exp": "jdl_exp", "upper": "jdl_upper"}
_HEX = "0x"
_NAMES: dict[type[exp.Expr], str] = {
    exp.Ln: SAME_AS_DUCKDB["ln"],
    exp.Exp: SAME_AS_DUCKDB["exp"],
    exp.Upper: SAME_AS_DUCKDB["upper"],
    exp.JarowinklerSimilarity: "jaro_winkler",
    exp.ArrayOverlaps: "arrays_overlap",
}


def to_spark(query: str | exp.Expr) -> str:
    """A query in Spark's dialect; values to bind become `:name`.

    Args:
        query: one statement in DuckDB's dialect, as text or parsed.

    Example:
        >>> to_spark("SELECT ln(days / 365.25) AS span FROM lives")
        'SELECT JDL_LN(days / CAST(365.25 AS DOUBLE)) AS span FROM lives'
    """
    # held by a tuple, so that the outermost node can be replaced like any other
    held = exp.Tuple(expressions=[parse_one(query, read="duckdb") if isinstance(query, str) else query.copy()])
    # from the innermost outwards, so that a call within a call is met in its place
    for node in reversed(list(held.walk())):
        if (instead := _instead(node)) is not None:
            node.replace(instead)
    outermost: exp.Expr = held.expressions[0]
    return outermost.sql(dialect="spark", comments=False)


def _instead(node: exp.Expr) -> exp.Expr | None:
    """What Spark must read in place of a node; None where sqlglot's own translation means the same."""
    if isinstance(node, exp.Literal):
        return None if node.is_string or node.is_int else exp.cast(node.copy(), exp.DataType.Type.DOUBLE)
    if isinstance(node, exp.Table):
        return _unqualified(node) if node.args.get("db") else None
    if isinstance(node, exp.DPipe):
        return _call("conv", node.right, _number(16), _number(10)) if node.left.is_string and node.left.name == _HEX else None
    name = _NAMES.get(type(node))
    return _call(name, *node.iter_expressions()) if name else None


def _number(value: int) -> exp.Expr:
    return exp.Literal.number(value)


def _unqualified(table: exp.Table) -> exp.Table:
    bare = table.copy()
    bare.set("db", None)
    return bare


def _call(name: str, *arguments: exp.Expr) -> exp.Anonymous:
    return exp.Anonymous(this=name, expressions=[argument.copy() for argument in arguments])
