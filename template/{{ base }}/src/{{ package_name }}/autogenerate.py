"""What of the database is this project's own, for `db revision` and `db check`.

Alembic drops whatever no model has: the tables of PostGIS or of a full-text search too, and what an
administrator has added (https://github.com/sqlalchemy/alembic/issues/1604). Here, only what a migration of
this project has created is dropped. A name that a migration computes is not found, so it is kept.
"""

import ast
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import MetaData


class Migrated(ast.NodeVisitor):
    """What the migrations have created, by reading their source in order, without `downgrade()`."""

    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.columns: dict[str, set[str]] = {}
        """Those of each table, also of one that another tool created."""
        self.names: set[str] = set()
        """Those of indexes and constraints: every string, as they are created in many ways."""
        self._table = ""  # whose columns are being read

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        if node.name != "downgrade":
            self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        calls = [_call(item.context_expr) for item in node.items]
        tables = [strings[0] for name, strings in calls if name == "batch_alter_table" and strings]
        self._visit_within(tables[0] if tables else self._table, node)

    def visit_Call(self, node: ast.Call) -> None:
        table = self._table
        match _call(node):
            case "create_table", [table, *_]:
                self.tables.add(table)
            case "add_column", [table, *_]:
                pass
            case "Column", [column, *_]:
                self.columns.setdefault(table, set()).add(column)
            case "alter_column" | "drop_column" as name, [*tables, column]:  # a batch's has no table
                its = self.columns.setdefault(tables[0] if tables else table, set())
                renamed = {_string(each.value) for each in node.keywords if each.arg == "new_column_name"}
                if renamed or name == "drop_column":
                    its.discard(column)
                its |= renamed
            case "rename_table", [old, new]:
                self.columns[new] = self.columns.pop(old, set())
                if old in self.tables:
                    self.tables ^= {old, new}
            case "drop_table", [dropped, *_]:
                self.tables.discard(dropped)
                self.columns.pop(dropped, None)
        self._visit_within(table, node)

    def visit_Constant(self, node: ast.Constant) -> None:
        self.names.add(_string(node))

    def _visit_within(self, table: str, node: ast.AST) -> None:
        before, self._table = self._table, table
        self.generic_visit(node)
        self._table = before


def _call(node: ast.AST) -> tuple[str, list[str]]:
    """The name of the function that is called, and the strings among its positional arguments."""
    if not isinstance(node, ast.Call):
        return "", []
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    return name, [string for string in map(_string, node.args) if string]


def _string(node: ast.AST) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


class Own:
    """Alembic's hooks that leave out what neither a model nor a migration of this project names."""

    def __init__(self, metadata: MetaData, scripts: ScriptDirectory) -> None:
        self._migrated = Migrated()
        for script in reversed(list(scripts.walk_revisions())):
            self._migrated.visit(ast.parse(Path(script.path).read_bytes()))
        self._tables = {*self._migrated.tables}
        self._names = {*self._migrated.names}
        for table in metadata.tables.values():
            self._tables.add(table.name)
            self._names |= {str(each.name) for each in table.constraints}
            self._names |= {str(each.name) for each in table.indexes}

    def include_name(self, name: str | None, kind: str, _parents: object) -> bool:
        """Return whether to look at it. What is in a table, `include_object` decides."""
        return kind != "table" or name in self._tables

    def include_object(
        self, item: Any, name: str | None, kind: str, is_reflected: bool, compared_to: object
    ) -> bool:
        """Return whether to compare it; one that no model has would be dropped."""
        if not is_reflected or compared_to is not None or kind == "table":
            return True
        if kind == "column":
            return name in self._migrated.columns.get(item.table.name, ())
        return name in self._names
