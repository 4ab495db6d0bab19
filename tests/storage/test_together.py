from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from storage.together import MOST, Together
from tests.patience import until


def test_jobs_that_come_up_meanwhile_are_done_in_one_go() -> None:
    batches: list[Sequence[int]] = []

    def do(jobs: Sequence[int]) -> None:
        batches.append(jobs)
        until(lambda: sum(map(len, batches)) + len(together._waiting) == 20)

    together = Together(do)
    with ThreadPoolExecutor(20) as threads:
        list(threads.map(together, range(20)))
    assert sorted(job for batch in batches for job in batch) == list(range(20))
    assert len(batches) == 2


def test_a_call_returns_when_its_own_job_is_done() -> None:
    done: set[int] = set()
    together = Together(done.update)

    def one(n: int) -> bool:
        together(n)
        return n in done

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(one, range(500)))


def test_anothers_trouble_is_not_ones_own() -> None:
    done: list[int] = []
    gate = threading.Event()

    def do(jobs: Sequence[int]) -> None:
        gate.wait(60)
        if 7 in jobs:
            raise ValueError("seven")
        done.extend(jobs)

    together = Together(do)

    def one(n: int) -> str:
        try:
            together(n)
        except ValueError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(12) as threads:
        said = [threads.submit(one, n) for n in range(12)]
        gate.set()
        assert [each.result() for each in said] == ["seven" if n == 7 else "" for n in range(12)]
    assert sorted(done) == [n for n in range(12) if n != 7]


def test_no_transaction_gets_too_large() -> None:
    sizes: list[int] = []
    together = Together(lambda jobs: sizes.append(len(jobs)))
    with ThreadPoolExecutor(100) as threads:
        list(threads.map(together, range(1000)))
    assert sum(sizes) == 1000
    assert max(sizes) <= MOST


@pytest.mark.parametrize("count", [1, 3])
def test_what_goes_wrong_is_raised(count: int) -> None:
    def do(jobs: Sequence[int]) -> None:
        raise RuntimeError("full disk")

    together = Together(do)
    for n in range(count):
        with pytest.raises(RuntimeError):
            together(n)
