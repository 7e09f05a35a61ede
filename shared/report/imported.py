"""What a store keeps of imported facts: one document for each manager, of no run, the last one stays."""

from collections.abc import Iterable, Mapping

from shared.model.codec import to_json_text
from shared.model.collected import Imported
from shared.model.facts import ManagerFacts
from shared.ports import Store
from shared.report.stored import document_of

KEPT_UNDER = "(imported facts)"
"""Stands where the id of a run stands; no run can be called so."""


def imported_of(store: Store, manager: str) -> Imported | None:
    """The newest import of a manager."""
    return document_of(store, KEPT_UNDER, manager, Imported)


def keep_imported(store: Store, imported: Imported) -> None:
    """Keep it in the place of an earlier one."""
    store.put_document(KEPT_UNDER, imported.facts.manager.id, to_json_text(imported))


def systems_known(store: Store, managers: Iterable[str], stored: Mapping[str, Imported]) -> dict[str, str]:
    """Id of the system that answered last as each of these managers: by import, else by the newest observation."""
    known = {name: one.system for name, one in stored.items() if one.system}
    missing = {name for name in managers if name not in known}
    for run in store.runs():
        if not missing:
            break
        for name in tuple(missing):
            facts = document_of(store, run.request.id, f"facts/{name}", ManagerFacts)
            if facts is not None and facts.identity is not None:
                known[name] = facts.identity.value.system_id
                missing.discard(name)
    return known
