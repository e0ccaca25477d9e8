"""The little of MATLAB that case files use: matrices, scalars and arithmetic on whole columns.

No code of the file is run; a statement beyond this is refused by name.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from stratum_core.errors import InputError
from stratum_core.importers.source_file import SourceFile

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
              ast.Pow: operator.pow}
_FUNCTIONS = {"sin": math.sin, "cos": math.cos, "acos": math.acos, "sqrt": math.sqrt}
_CONSTANTS = {"Inf": math.inf, "inf": math.inf, "NaN": math.nan, "nan": math.nan, "pi": math.pi}
_SCALAR = re.compile(r"(?:mpc\.)?(\w+)\s*=\s*([^;\[\]{}'\"]+);?\s*$")
_MATRIX = re.compile(r"(?:mpc\.)?(\w+)\s*=\s*\[(.*)$")
_ARITHMETIC = re.compile(r"[\w.+\-*/() ]{1,200}")
_NAME = re.compile(r"mpc\.|bus\(1, *BASE_KV\)")


@dataclass(frozen=True)
class MatrixRow:
    """One row of a matrix: its line in the file and its cells as written."""

    line: int
    cells: tuple[str, ...]


@dataclass
class Script:
    """What a case file assigns: matrices by name, numbers by name, and its other statements."""

    matrices: dict[str, list[MatrixRow]] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    statements: list[tuple[int, str]] = field(default_factory=list)


def evaluate(text: str, names: Mapping[str, float]) -> float:
    """The value of an arithmetic expression; raises ValueError for anything else."""
    python = _NAME.sub(lambda found: "" if found[0] == "mpc." else "base_kv", text).replace("^", "**").strip()
    if not _ARITHMETIC.fullmatch(python):
        raise ValueError(text)
    try:
        return float(_value(ast.parse(python, mode="eval").body, names))
    except (SyntaxError, TypeError, KeyError, ArithmeticError, RecursionError, MemoryError) as error:
        raise ValueError(text) from error


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)  # type: ignore[arg-type]
    if isinstance(node, ast.Name):
        return {**_CONSTANTS, **names}[node.id]
    if isinstance(node, ast.BinOp):
        return float(_OPERATORS[type(node.op)](_value(node.left, names), _value(node.right, names)))  # type: ignore[index]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return _value(node.operand, names) * (-1 if isinstance(node.op, ast.USub) else 1)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return _FUNCTIONS[node.func.id](_value(node.args[0], names))
    raise ValueError("beyond arithmetic")


def parse(file: SourceFile) -> Script:
    """The assignments of ``file``; raises InputError for a matrix that never ends."""
    script, open_name, open_line = Script(), "", 0
    for number, text in _statements(file):
        matrix = None if open_name else _MATRIX.match(text)
        if matrix:
            open_name, open_line, text = matrix[1], number, matrix[2]
            script.matrices[open_name] = []
        if open_name:
            body, closed, _ = text.partition("]")
            script.matrices[open_name] += [MatrixRow(number, cells) for part in body.split(";") if (cells := _cells(part))]
            open_name = "" if closed else open_name
        else:
            _assign(script, number, text)
    if open_name:
        raise InputError(f"matrix '{open_name}' is not closed", where=f"{file.name}, line {open_line}",
                         repair="the file seems cut off; get it whole")
    return script


def _assign(script: Script, number: int, text: str) -> None:
    scalar = _SCALAR.match(text)
    if scalar:
        try:
            script.numbers[scalar[1]] = evaluate(scalar[2], script.numbers | _first_base_kv(script))
            return
        except ValueError:
            pass
    script.statements.append((number, text))


def _first_base_kv(script: Script) -> dict[str, float]:
    """The base voltage of the first bus, which distribution cases compute with."""
    rows = script.matrices.get("bus", [])
    try:
        return {"base_kv": float(rows[0].cells[9])}
    except (IndexError, ValueError):
        return {}


def _cells(text: str) -> tuple[str, ...]:
    return tuple(re.split(r"[\s,]+", text.strip(" \t,"))) if text.strip(" \t,") else ()


def _statements(file: SourceFile) -> Iterator[tuple[int, str]]:
    """Lines without comments, block comments and continuation marks."""
    depth, held, start = 0, "", 0
    for number, line in enumerate(file.lines, start=1):
        if line.strip() in ("%{", "%}"):
            depth += 1 if line.strip() == "%{" else -1
            continue
        code = re.sub(r"'[^']*'", lambda quoted: "'" + "_" * (len(quoted[0]) - 2) + "'", line).split("%")[0].rstrip()
        if depth > 0 or not code.strip():
            continue
        start = start if held else number
        held += " " + code.strip()
        if code.endswith("..."):
            held = held[:-3]
            continue
        yield start, held.strip()
        held = ""
    if held:
        yield start, held.strip()
