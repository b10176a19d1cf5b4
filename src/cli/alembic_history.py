"""Prints an Alembic history as JSON: each revision, with the SQL that Alembic's offline mode makes of it.

Arguments: the folder of alembic.ini or of env.py, then the dialects. `schemist import` carries it, and runs it with the
Python that has Alembic.

The project's own env.py runs once for each dialect, in offline mode, and in the place where it would apply revisions each
of them is run up and down, alone, and what it would send is kept. On SQLite it is also executed in memory: batch mode
has to look at a table to build it anew.
"""
import contextlib
import io
import json
import logging
import os
import re
import sqlite3
import sys
import traceback
from datetime import datetime, timezone


def fail(what, hint):
    sys.exit(f"{what}\n  {hint}")


answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
os.dup2(2, 1)  # what the project prints is no part of the answer

try:
    import alembic
    import alembic.context  # env.py finds there what is set up below
    import sqlalchemy
    from alembic.config import Config
    from alembic.operations.batch import BatchOperationsImpl
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.pool import StaticPool
except ImportError as error:
    fail(f"{sys.executable} cannot import Alembic: {error}",
         "--python names the interpreter in which the project's Alembic runs: --python venv/bin/python")


class CannotBeWritten(Exception):
    """A revision does what a script of SQL cannot."""


class NotRead:
    """What a statement would give; there is no database to ask."""

    def _refuse(self, *_arguments, **_options):
        raise CannotBeWritten("it reads from the database")

    __iter__ = __len__ = __bool__ = __getitem__ = __next__ = __call__ = _refuse

    def __getattr__(self, _name):
        self._refuse()


class Recorder(MockConnection):
    """What op.get_bind() gives: sends to the script, and cannot be asked."""

    def __init__(self, impl):
        super().__init__(impl.dialect, self.record)
        self.impl = impl

    def record(self, statement, parameters=None, *_arguments, **named):
        if isinstance(statement, str):
            statement = sqlalchemy.text(statement)
        rows = parameters if isinstance(parameters, (list, tuple)) else [parameters or named]
        for row in rows or [{}]:
            self.impl._exec(with_parameters(statement, row))
        return NotRead()

    def scalar(self, *_arguments, **_options):
        raise CannotBeWritten("it reads from the database")

    scalars = scalar
    close = scalar  # the first that an Inspector does

    def begin(self):
        return contextlib.nullcontext(self)

    begin_nested = begin


def with_parameters(statement, row):
    if not row:
        return statement
    if isinstance(statement, sqlalchemy.sql.elements.TextClause):
        return statement.bindparams(**row)
    return statement.values(**row)


class Scratch:
    """A SQLite database in memory, for batch mode to look at."""

    def __init__(self, content=None):
        self.raw = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if content is not None:
            content.backup(self.raw)
        self.engine = sqlalchemy.create_engine("sqlite://", creator=lambda: self.raw, poolclass=StaticPool)

    def run(self, text):
        try:
            self.raw.execute(text)
        except sqlite3.Error as error:
            raise CannotBeWritten(f"SQLite refuses {text.splitlines()[0]!r}: {error}") from error


def let_batch_mode_look(scratch_now):
    """Offline, Alembic refuses to rebuild a table that it has not seen; here there is one to see."""
    flush = BatchOperationsImpl.flush

    def flush_with_scratch(self):
        context, scratch = self.operations.migration_context, scratch_now()
        if scratch is None or self.copy_from is not None or not self._should_recreate():
            return flush(self)
        with scratch.engine.connect() as connection:
            get_bind = self.operations.get_bind
            context.as_sql, self.operations.get_bind = False, lambda: connection
            try:
                return flush(self)
            finally:
                context.as_sql, self.operations.get_bind = True, get_bind

    BatchOperationsImpl.flush = flush_with_scratch


class Section:
    """What one direction of one revision sends, parted where a transaction ends."""

    def __init__(self, context, scratch):
        self.steps = [[]]
        self.context = context
        self.scratch = scratch

    def static_output(self, text):
        text = text.strip()
        word = text.rstrip("; \n").upper()
        if word in ("BEGIN", "COMMIT", "BEGIN TRANSACTION", "COMMIT TRANSACTION", "END"):
            self.steps.append([])
            return
        self.steps[-1].append(text)
        if self.scratch is not None:
            self.scratch.run(text)

    def run(self, function, options):
        impl = self.context.impl
        usual, connection = impl.static_output, impl.connection
        impl.static_output, impl.connection = self.static_output, Recorder(impl)
        try:
            function(**options)
        finally:
            impl.static_output, impl.connection = usual, connection
        return ["\n\n".join(step) for step in self.steps if step]


def problem_of(error, path):
    """What hinders, and the line of the revision that it comes from."""
    what = str(error).strip().splitlines() or [type(error).__name__]
    if isinstance(error, sqlalchemy.exc.NoInspectionAvailable):
        what = ["it reads from the database"]
    elif not isinstance(error, (CannotBeWritten, alembic.util.CommandError, NotImplementedError)):
        what = [f"{type(error).__name__}: {what[0]}"]
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__)
             if os.path.realpath(frame.filename) == os.path.realpath(path)]
    return f"{what[0]} ({os.path.relpath(path)}:{lines[-1]})" if lines else what[0]


class Offline:
    """env.py's context, for a dialect that we choose."""

    def __init__(self, config, script, dialect, run_all):
        self.dialect = dialect
        self.run_all = run_all
        self.options = {}
        self.times = 0
        # Not a class derived from it: Alembic looks up by the class what `alembic.context` has.
        self.environment = EnvironmentContext(config, script, as_sql=True, fn=self.run_instead, destination_rev="heads")
        self.usual_configure = self.environment.configure
        self.usual_run = self.environment.run_migrations
        self.environment.configure = self.configure
        self.environment.run_migrations = self.run_migrations

    def configure(self, connection=None, url=None, **options):
        for name in ("dialect_name", "dialect_opts", "output_buffer", "transaction_per_migration", "starting_rev",
                     "literal_binds"):
            options.pop(name, None)
        self.usual_configure(dialect_name=self.dialect, dialect_opts={"paramstyle": "named"}, literal_binds=True,
                             output_buffer=io.StringIO(), **options)

    def run_migrations(self, **options):
        self.options = options
        self.usual_run(**options)

    def run_instead(self, _heads, context):
        self.times += 1
        if self.times == 1:
            self.run_all(context, self.options)
        return []


def in_order(script):
    """Each after what it needs."""
    left = list(script.walk_revisions())[::-1]
    done, result = set(), []
    while left:
        ready = next(one for one in left if done.issuperset(needs(script, one)))
        left.remove(ready)
        done.add(ready.revision)
        result.append(ready)
    return result


def needs(script, revision):
    return set(revision._versioned_down_revisions) | {one for one in resolved(script, revision).values()}


def resolved(script, revision):
    """What depends_on names, and the id that it means."""
    names = alembic.util.to_tuple(revision.module.__dict__.get("depends_on"), default=())
    return {name: script.get_revision(name).revision for name in names}


def created(revision):
    found = re.search(r"^Create Date: *(\S+ \S+?)(?:\.\d+)? *([+-]\d\d:?\d\d)?$", revision.longdoc or "", re.MULTILINE)
    if not found:
        return ""
    try:
        zone = (found.group(2) or "+0000").replace(":", "")
        moment = datetime.strptime(found.group(1) + zone, "%Y-%m-%d %H:%M:%S%z")
    except ValueError:
        return ""
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def labels_of(revision):
    return alembic.util.to_tuple(revision.module.__dict__.get("branch_labels"), default=())


def described(script, revision, all_labels):
    return {
        "id": revision.revision,
        "parents": list(revision._versioned_down_revisions),
        "labels": list(labels_of(revision)),
        "depends": [name if name in all_labels else id for name, id in resolved(script, revision).items()],
        "message": " ".join((revision.doc or "").split()),
        "created": created(revision),
        "sections": [],
        "remarks": [],
    }


def configuration(folder):
    """The Config of a folder that has an alembic.ini, or that one names as its script_location."""
    is_script_location = os.path.isfile(os.path.join(folder, "env.py"))
    for candidate in [folder] + [os.path.dirname(os.path.abspath(folder))] * is_script_location:
        path = os.path.join(candidate, "alembic.ini")
        if os.path.isfile(path):
            path = os.path.abspath(path)
            os.chdir(os.path.dirname(path))
            return Config(path)
    if is_script_location:
        config = Config()
        config.set_main_option("script_location", os.path.abspath(folder).replace("%", "%%"))
        return config
    fail(f"{folder} has neither alembic.ini nor env.py", "name the folder that alembic is run in")


def run_dialect(config, script, dialect, revisions, rows):
    scratch = Scratch() if dialect == "sqlite" else None
    present = [scratch]
    let_batch_mode_look(lambda: present[0])

    def run_one(context, options, revision, row, direction):
        try:
            function = getattr(revision.module, direction, None)
            steps = Section(context, present[0]).run(function, options) if function else []
            row["sections"].append({"dialect": dialect, "direction": direction, "steps": steps})
        except Exception as error:  # whatever a revision throws is reported with it
            row["remarks"].append(f"{direction} for {dialect} has no SQL: {problem_of(error, revision.path)}")

    def run_all(context, options):
        for revision, row in zip(revisions, rows):
            run_one(context, options, revision, row, "upgrade")
            after = present[0]
            if scratch is not None:
                present[0] = Scratch(after.raw)
            run_one(context, options, revision, row, "downgrade")
            present[0] = after

    offline = Offline(config, script, dialect, run_all)
    with offline.environment:
        script.run_env()
    if offline.times != 1:
        fail(f"env.py runs the revisions {offline.times} times for {dialect}",
             "its offline mode must call context.run_migrations() once; several databases are imported one by one")


def main():
    folder, dialects = sys.argv[1], sys.argv[2:]
    logging.disable(logging.WARNING)
    try:
        config = configuration(folder)
        script = ScriptDirectory.from_config(config)
        revisions = in_order(script)
        all_labels = {label for revision in revisions for label in labels_of(revision)}
        rows = [described(script, revision, all_labels) for revision in revisions]
        for dialect in dialects:
            run_dialect(config, script, dialect, revisions, rows)
    except SystemExit:
        raise
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        last = ([frame for frame in frames if frame.filename.startswith(os.getcwd())] or frames)[-1]
        fail(f"Alembic cannot read the project: {type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''} "
             f"({os.path.relpath(last.filename)}:{last.lineno})",
             "`alembic upgrade head --sql` must work there: run it, with --python where it does")
    json.dump(rows, answer)
    answer.flush()


main()
