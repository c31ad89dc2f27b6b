"""Transactions and events: `atomic` makes a function one transaction, `emit` tells the listeners of it.

The only module that commits, rolls back, closes or opens a savepoint. What a command emits is handed to the wired
handlers just before the outermost commit (required, isolated) or after it, each in a transaction of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session

from trackflow.engine import LOCK_WAIT_SECONDS, WRITES, is_busy, transaction_is_lost
from trackflow.errors import Busy
from trackflow.extensions import db

P = ParamSpec("P")
T = TypeVar("T")
Handler = Callable[[Any], object]

_UNIT = "trackflow_unit"
_writers = threading.Lock()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who hears of one kind of event, in which phase."""

    required: tuple[Handler, ...] = ()
    isolated: tuple[Handler, ...] = ()
    after_commit: tuple[Handler, ...] = ()


@dataclass(slots=True)
class _Unit:
    """The command that is running: what it emitted, and whether a part of it failed."""

    pending: deque[object] = field(default_factory=deque)
    seen: list[object] = field(default_factory=list)
    failed: bool = False
    isolating: bool = False

    def refuse_if_failed(self) -> None:
        """Raise if an inner command failed whose exception was caught on the way."""
        if self.failed:
            message = "An inner command failed, so the whole is undone."
            raise RuntimeError(message)


_handlers: dict[type, Handlers] = {}


def use_handlers(handlers: Mapping[type, Handlers]) -> None:
    """Install the event table; `create_app` hands it down from the wiring."""
    _handlers.clear()
    _handlers.update(handlers)


def atomic(function: Callable[P, T]) -> Callable[P, T]:
    """Make the function one transaction; inside another command it joins that one.

    Raises Busy when the database stays locked; any exception undoes everything, also what an inner command did whose
    exception was caught.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        session = db.session()
        unit: _Unit | None = session.info.get(_UNIT)
        if unit is not None:
            try:
                return function(*args, **kwargs)
            except BaseException:
                unit.failed = True
                raise
        return _run_outermost(session, lambda: function(*args, **kwargs))

    return run


def emit(event: object) -> None:
    """Tell the listeners of this event when the outermost command is about to commit."""
    unit: _Unit | None = db.session().info.get(_UNIT)
    if unit is None or unit.isolating:
        message = "Events are emitted by commands only."
        raise RuntimeError(message)
    if type(event) not in _handlers:
        message = f"{type(event).__name__} is not wired."
        raise RuntimeError(message)
    unit.pending.append(event)


def busy_from(error: DBAPIError) -> Busy | None:
    """Return the refusal to answer with when the database was only busy, else None."""
    if not is_busy(error):
        return None
    _log.warning("the database refused for now: %s", type(error.orig).__name__)
    return Busy("The server is busy; please try again.", retry_after=1)


def release() -> None:
    """End the read transaction of this request, so that slow work without the database holds no connection."""
    session = db.session()
    if _UNIT in session.info:
        message = "A command keeps its transaction until it ends."
        raise RuntimeError(message)
    session.close()


def _run_outermost(session: Session, work: Callable[[], T]) -> T:
    if session.new or session.dirty or session.deleted:
        message = "A command must start clean, but the session holds pending changes."
        raise RuntimeError(message)
    session.close()
    unit = session.info[_UNIT] = _Unit()
    try:
        with _writers_turn(session):
            result = work()
            unit.refuse_if_failed()
            _run_inner_handlers(session, unit)
            unit.refuse_if_failed()
            session.commit()
    except DBAPIError as error:
        session.rollback()
        busy = busy_from(error)
        if busy is not None:
            raise busy from error
        raise
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop(_UNIT, None)
        session.close()
    _run_outer_handlers(session, unit)
    return result


@contextmanager
def _writers_turn(session: Session) -> Iterator[None]:
    """Begin a writing transaction; on SQLite the writers of one process queue, because its own queue is unfair."""
    if session.get_bind().dialect.name != "sqlite":
        session.connection(execution_options={WRITES: True})
        yield
        return
    if not _writers.acquire(timeout=LOCK_WAIT_SECONDS):
        message = "The server is busy; please try again."
        raise Busy(message, retry_after=1)
    try:
        session.connection(execution_options={WRITES: True})
        yield
    finally:
        try:
            session.rollback()  # after a commit there is nothing left to undo; the file's lock ends before the turn
        finally:
            _writers.release()


def _run_inner_handlers(session: Session, unit: _Unit) -> None:
    session.flush()
    while unit.pending:
        event = unit.pending.popleft()
        unit.seen.append(event)
        handlers = _handlers[type(event)]
        for handler in handlers.required:
            handler(event)
            session.flush()
        unit.isolating = True
        for handler in handlers.isolated:
            _run_isolated(session, unit, handler, event)
        unit.isolating = False


def _run_isolated(session: Session, unit: _Unit, handler: Handler, event: object) -> None:
    failed_before = unit.failed
    try:
        with session.begin_nested():
            handler(event)
    except Exception:
        if transaction_is_lost(session):
            raise  # the database gave up more than the savepoint: a full disk, a lost connection
        unit.failed = failed_before
        _log.exception("%s failed on %s", _name(handler), type(event).__name__)


def _run_outer_handlers(session: Session, unit: _Unit) -> None:
    for event in unit.seen:
        for handler in _handlers[type(event)].after_commit:
            try:
                handler(event)
            except Exception:  # noqa: BLE001  (the command stands; a scan or the outbox heals what is missing)
                _log.exception("%s failed after %s", _name(handler), type(event).__name__)
            finally:
                session.close()  # the next one starts clean, whatever this one left


def _name(handler: Handler) -> str:
    return f"{handler.__module__}.{getattr(handler, '__qualname__', type(handler).__name__)}"


def _refuse_flush_outside(session: Session, _context: object, _instances: object) -> None:
    if _UNIT not in session.info and (session.new or session.dirty or session.deleted):
        message = "Rows are written by commands only; this flush happens outside of one."
        raise RuntimeError(message)


def _refuse_write_outside(state: ORMExecuteState) -> None:
    if (
        not state.is_select
        and _UNIT not in state.session.info
        and (state.is_insert or state.is_update or state.is_delete)
    ):
        message = "Rows are written by commands only; this statement is sent outside of one."
        raise RuntimeError(message)


sqlalchemy_event.listen(Session, "before_flush", _refuse_flush_outside)
sqlalchemy_event.listen(Session, "do_orm_execute", _refuse_write_outside)
