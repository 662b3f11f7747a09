"""All tables of one system: names, owners, and what happens when a process ends."""

from __future__ import annotations

from typing import Final

from enigma_ref.ets.hash_table import HashTable
from enigma_ref.ets.ordered_table import OrderedTable
from enigma_ref.ets.table import ORDERED_SET, Options, Table
from enigma_ref.machine.system import System
from enigma_ref.terms import Atom, Pid, Reference, Term, atom
from enigma_ref.terms.parts import Parts, finished

TRANSFER: Final = atom("ETS-TRANSFER")

GONE: Final = HashTable(atom("gone"), Options(), Pid(atom("nonode@nohost"), 0), deleted=True)
"""What the identifier of a table stands for that is gone: the table itself would keep it, and so
would not be freed."""


class Tables:
    """The tables of one system."""

    def __init__(self) -> None:
        self.named: dict[Atom, Table] = {}
        self._owned: dict[Pid, dict[Table, None]] = {}
        self._fixed: dict[Pid, dict[Table, None]] = {}

    def all(self) -> list[Table]:
        """Every table."""
        return [table for tables in self._owned.values() for table in tables]

    def create(self, system: System, name: Atom, options: Options, owner: Pid) -> Table:
        """A new table; its name must be free when it is to be named."""
        kind = OrderedTable if options.kind == ORDERED_SET else HashTable
        table = kind(name, options, owner)
        table.tid = system.make_magic_ref(table)
        if options.named:
            self.named[name] = table
        self._owned.setdefault(owner, {})[table] = None
        return table

    def find(self, system: System, identifier: Term) -> Table | None:
        """The table of a name or a reference, deleted ones included, or None."""
        if type(identifier) is Atom:
            return self.named.get(identifier)
        if type(identifier) is Reference:
            found = system.resource(identifier)
            return found if isinstance(found, Table) else None
        return None

    def rename(self, table: Table, name: Atom) -> None:
        """Give a table another name, which must be free when the table is a named one."""
        if table.options.named:
            del self.named[table.name]
            self.named[name] = table
        table.name = name

    def delete(self, table: Table) -> None:
        """Delete a table with its objects."""
        finished(self.delete_in_parts(table))

    def delete_in_parts(self, table: Table) -> Parts[None]:
        """Delete a table, which nobody can reach any more after the first part, and its objects."""
        table.deleted = True
        for process in table.fixed:
            self._fixed[process].pop(table, None)
        table.fixed.clear()
        table.tid.magic = GONE
        if table.options.named:
            del self.named[table.name]
        self._disown(table)
        try:
            yield from table.clear_in_parts()
        finally:
            table.close()

    def _disown(self, table: Table) -> None:
        owned = self._owned[table.owner]
        del owned[table]
        if not owned:
            del self._owned[table.owner]

    def give(self, system: System, table: Table, to: Pid, data: Term | None) -> None:
        """Make another living process the owner, and tell it, unless data is None."""
        giver = table.owner
        self._disown(table)
        table.owner = to
        self._owned.setdefault(to, {})[table] = None
        identifier = table.name if table.options.named else table.tid
        if data is not None:
            system.send(system.processes[to], (TRANSFER, identifier, giver, data))

    def fix(self, table: Table, process: Pid, now: int) -> None:
        """Let a process fix a table until it unfixes it or ends."""
        table.fix(process, now)
        self._fixed.setdefault(process, {})[table] = None

    def process_exited(self, system: System, process: Pid) -> None:
        """Unfix what a process has fixed; delete its tables, or give them to their heirs."""
        for table in self._fixed.pop(process, ()):
            table.unfix(process, wholly=True)
        for table in list(self._owned.get(process, ())):
            options = table.options
            heir = system.processes.get(options.heir)
            if heir is not None and heir.pid is options.heir:
                self.give(system, table, heir.pid, options.heir_data)
            else:
                self.delete(table)
