from collections.abc import Callable

from enigma_ref._generated.bifs import BIFS
from enigma_ref.bifs.registry import IMPLEMENTATIONS
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom


def test_what_is_not_implemented_is_undefined_also_where_otp_has_a_stand_in(
    make_vm: Callable[..., VM],
) -> None:
    vm = make_vm()
    missing = [
        mfa
        for mfa, entry in BIFS.items()
        if mfa not in IMPLEMENTATIONS
        and not entry.in_place
        and entry.instruction is None
        and 25 in entry.releases
    ]
    # They become fewer, as functions are implemented.
    assert missing
    for module, name, arity in missing:
        outcome = vm.call(module, name, [0] * arity, timeout=20)
        assert (outcome.ok, outcome.reason) == (False, atom("undef")), (module, name, arity)
