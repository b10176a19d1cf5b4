#!/usr/bin/env python3
"""Prints the tables of SQLModel or SQLAlchemy models as SQL, for Schemist's [models] command.

In schemist.toml:

    [models]
    command = "python3 schemist_models.py myapp.models"
    format = "sql"

MODULE is a module (myapp.models) or a file (myapp/models.py). METADATA is what in it has the tables: a MetaData, a
declarative base, SQLModel, or a function that gives one. Without it the only MetaData with tables that the module knows
is taken. Several modules may be named; those that share a MetaData are printed once.

Needs nothing but SQLAlchemy, 1.4 or 2, and no driver of a database: nothing is connected.
"""
import argparse
import contextlib
import importlib
import importlib.util
import os
import sys
import traceback

PROGRAM = os.path.basename(__file__)


class Failure(Exception):
    """What failed, and what to do about it."""

    def __init__(self, what, hint=None):
        super().__init__(what)
        self.hint = hint


try:
    import sqlalchemy
    from sqlalchemy import MetaData
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.exc import SQLAlchemyError

    missing = None
except ImportError as error:
    missing = error


def dialect_of(name):
    if name == "postgresql":
        from sqlalchemy.dialects.postgresql.base import PGDialect

        # Other styles of parameters would double every percent sign.
        return PGDialect(paramstyle="named")
    if name == "sqlite":
        from sqlalchemy.dialects.sqlite.base import SQLiteDialect

        return SQLiteDialect()
    raise Failure(f"unknown dialect '{name}'" if name else "no dialect is named",
                  "--dialect or SCHEMIST_DIALECT is postgresql or sqlite; Schemist sets it")


def load(name):
    """The module, by its name or its file."""
    is_file = name.endswith(".py") or os.sep in name
    try:
        if not is_file:
            return importlib.import_module(name)
        if not os.path.isfile(name):
            raise Failure(f"there is no file {name}", "the path is meant from the folder of schemist.toml")
        sys.path.insert(0, os.path.dirname(os.path.abspath(name)))
        stem = os.path.splitext(os.path.basename(name))[0]
        specification = importlib.util.spec_from_file_location(stem, name)
        module = importlib.util.module_from_spec(specification)
        sys.modules[stem] = module
        specification.loader.exec_module(module)
        return module
    except ModuleNotFoundError as error:
        if not is_file and error.name and (name == error.name or name.startswith(error.name + ".")):
            raise Failure(f"there is no module {name}",
                          f"modules are looked for in {os.getcwd()}; name another folder with --path") from error
        raise Failure(f"{name} needs the module {error.name}, which {sys.executable} does not have",
                      "name the interpreter of the application in [models] command") from error
    except Failure:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        raise Failure(f"{name} cannot be imported: {type(error).__name__}: {error}\n"
                      f"  at {last.filename}:{last.lineno}: {last.line}") from error


def metadata_of(thing):
    """The MetaData that a value is or has, else None."""
    if isinstance(thing, MetaData):
        return thing
    found = getattr(thing, "metadata", None)
    return found if isinstance(found, MetaData) else None


def named_metadata(module, path):
    thing = module
    for part in path.split("."):
        try:
            thing = getattr(thing, part)
        except AttributeError:
            known = sorted(name for name, value in vars(module).items() if metadata_of(value) is not None)
            raise Failure(f"{module.__name__} has no {path}",
                          "it has " + ", ".join(known[:10]) if known else None) from None
    if metadata_of(thing) is None and callable(thing) and not isinstance(thing, type):
        thing = thing()
    metadata = metadata_of(thing)
    if metadata is None:
        raise Failure(f"{module.__name__}:{path} is neither a MetaData nor has one",
                      "name a MetaData, a declarative base, or SQLModel")
    if not metadata.tables:
        raise Failure(f"{module.__name__}:{path} has no tables",
                      "name the modules of the models too: a table is known when its module is imported")
    return metadata


def only_metadata(module):
    found = {}
    for name, value in vars(module).items():
        metadata = metadata_of(value)
        if metadata is not None:
            found.setdefault(id(metadata), (metadata, []))[1].append(name)
    if not found:
        raise Failure(f"{module.__name__} has no MetaData, no declarative base and no models",
                      f"name them: {PROGRAM} {module.__name__}:Base")
    filled = [entry for entry in found.values() if entry[0].tables]
    if not filled:
        raise Failure(f"the MetaData of {module.__name__} has no tables",
                      "import the modules of the models there, or name them too")
    if len(filled) > 1:
        choices = " or ".join(f"{module.__name__}:{sorted(names)[0]}" for _, names in filled)
        raise Failure(f"{module.__name__} knows more than one MetaData with tables", f"name the one: {choices}")
    return filled[0][0]


def import_all(names):
    modules = [(load(name.partition(":")[0]), name.partition(":")[2]) for name in names]
    result = []
    for module, path in modules:
        metadata = named_metadata(module, path) if path else only_metadata(module)
        if all(metadata is not other for other in result):
            result.append(metadata)
    return result


def schemas_of(metadata):
    """Every schema that something to be made is in."""
    result = {table.schema for table in metadata.tables.values()}
    result |= {sequence.schema for sequence in getattr(metadata, "_sequences", {}).values()}
    for table in metadata.tables.values():
        for column in table.columns:
            result.add(getattr(getattr(column.type, "item_type", column.type), "schema", None))
    return sorted(schema for schema in result if schema and schema != "public")


def check_schemas(metadata, dialect):
    if dialect.name == "sqlite":
        for table in metadata.sorted_tables:
            if table.schema and table.schema != "main":
                raise Failure(f"table {table.schema}.{table.name} is in a schema, and SQLite has none",
                              'take "sqlite" out of `dialects` in schemist.toml')


def without_concurrently(metadata):
    """A scratch database is built in a transaction, and nobody uses it: nothing has to be spared there."""
    for table in metadata.tables.values():
        for index in table.indexes:
            if index.dialect_options["postgresql"].get("concurrently"):
                index.dialect_options["postgresql"]["concurrently"] = False


def statements(metadata, dialect):
    check_schemas(metadata, dialect)
    without_concurrently(metadata)
    result = []

    def record(statement, *_arguments, **_options):
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=dialect))
        result.append(text.strip().rstrip(";") + ";")

    if dialect.name == "postgresql":
        quoted = dialect.identifier_preparer.quote_schema
        result += [f"CREATE SCHEMA IF NOT EXISTS {quoted(schema)};" for schema in schemas_of(metadata)]
    metadata.create_all(MockConnection(dialect, record), checkfirst=False)
    return result


def print_models(arguments):
    dialect = dialect_of(arguments.dialect)
    sys.path[:0] = arguments.path or [os.getcwd()]
    # What a module prints while it is imported is no SQL.
    with contextlib.redirect_stdout(sys.stderr):
        texts = []
        for metadata in import_all(arguments.models):
            try:
                texts += statements(metadata, dialect)
            except (SQLAlchemyError, NotImplementedError) as error:
                raise Failure(f"the models cannot be said in the SQL of {dialect.name}: {error}",
                              f"SQLAlchemy {sqlalchemy.__version__} says so; metadata.create_all() would fail too"
                              ) from error
    for text in texts:
        print(text)


def main():
    parser = argparse.ArgumentParser(
        prog=PROGRAM, description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODULE[:METADATA]")
    parser.add_argument("--dialect", default=os.environ.get("SCHEMIST_DIALECT", ""),
                        help="postgresql or sqlite (default: SCHEMIST_DIALECT)")
    parser.add_argument("--path", action="append", metavar="FOLDER",
                        help="where modules are looked for (default: the present folder)")
    arguments = parser.parse_args()
    try:
        # After the arguments: --help is answered by an interpreter without SQLAlchemy too.
        if missing:
            raise Failure(f"{sys.executable} cannot import SQLAlchemy 1.4 or 2: {missing}",
                          f"name the interpreter of the application in [models] command: venv/bin/python {PROGRAM} ...")
        print_models(arguments)
    except Failure as failure:
        hint = f"\n  next: {failure.hint}" if failure.hint else ""
        sys.exit(f"{PROGRAM}: {failure}{hint}")


if __name__ == "__main__":
    main()
