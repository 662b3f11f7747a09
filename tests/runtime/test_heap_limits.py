"""What a process with a max_heap_size holds is counted in steps."""

from collections.abc import Callable

import pytest

from enigma_ref.bifs.heaps import HeapCount
from enigma_ref.runtime.vm import VM
from enigma_ref.terms import atom, make_list

MakeVM = Callable[..., VM]


@pytest.mark.parametrize("steps", [1, 7, 100_000])
def test_steps_come_to_the_same(make_vm: MakeVM, steps: int) -> None:
    vm = make_vm()
    process = vm.spawn(None, None, [])
    shared = (1, 2)
    process.dictionary["k"] = make_list([(atom("a"), shared, n) for n in range(30)])
    whole = HeapCount(process, 1000)
    assert whole.go_on(None)
    assert whole.words >= 30 * (2 + 4) + 3

    count = HeapCount(process, 1000)
    rounds = 1
    while not count.go_on(steps):
        rounds += 1
        # What comes later is not counted, and what goes away is.
        process.dictionary["k"] = make_list(list(range(rounds)))
    assert rounds == max(1, -(-(count.looked_at + 1) // steps))
    assert (count.words, count.looked_at) == (whole.words, whole.looked_at)


def test_a_count_stops_at_the_limit(make_vm: MakeVM) -> None:
    vm = make_vm()
    process = vm.spawn(None, None, [])
    process.dictionary["k"] = make_list(list(range(1000)))
    count = HeapCount(process, 100)
    assert count.go_on(None)
    assert 100 < count.words < 110
