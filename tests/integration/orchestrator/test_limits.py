"""Messages are counted exactly, whoever sends how many at the same time."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import pytest

from orchestrator.errors import GuestsFull, LimitReached, MinuteFull, SignInNeeded, TokensFull, UsersFull
from orchestrator.limits.admission import MAX_REPEATS, Limits
from orchestrator.limits.callers import Caller
from orchestrator.limits.counters import DynamoCounters
from orchestrator.limits.rules import Rules
from tests.dynamodb import LimitsTable, limits_table

NOON = 1_790_000_080.0  # 40 seconds past a minute
RULES = Rules()
ANNA, BELA = Caller("user", "anna"), Caller("user", "bela")
GUEST = Caller("guest", "some address")
CHAT_UI_GUEST = Caller("guest", "conversation 1", through_chat_ui=True)


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def table() -> Iterator[LimitsTable]:
    with limits_table() as table:
        yield table


@pytest.fixture
def counters(table: LimitsTable) -> Iterator[DynamoCounters]:
    """Over an empty table."""
    client = table.client()
    yield DynamoCounters(client, table.name)
    for row in client.scan(TableName=table.name)["Items"]:
        client.delete_item(TableName=table.name, Key={"id": row["id"]})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits_with(counters: DynamoCounters, clock: Clock) -> Callable[[Rules], Limits]:
    return lambda rules: Limits(counters, rules, clock)


@pytest.fixture
def limits(limits_with: Callable[[Rules], Limits]) -> Limits:
    return limits_with(RULES)


def send(limits: Limits, caller: Caller, *messages: str) -> list[int]:
    """What is left after each."""
    allowances = [limits.admit(caller, message) for message in messages]
    return [allowance.remaining for allowance in allowances if allowance]


class TestOneCaller:
    def test_eight_messages_a_minute(self, limits: Limits, clock: Clock) -> None:
        assert send(limits, ANNA, *"abcdefgh") == [7, 6, 5, 4, 3, 2, 1, 0]
        with pytest.raises(MinuteFull, match="more than 8 messages") as full:
            limits.admit(ANNA, "i")
        assert "ask again in 20 seconds" in full.value.message
        assert full.value.retry_after == 20
        clock.now += 20
        assert send(limits, ANNA, "i") == [7]

    def test_two_messages_without_login(self, limits: Limits, clock: Clock) -> None:
        assert send(limits, GUEST, "a", "b") == [1, 0]
        with pytest.raises(SignInNeeded, match="Please sign in"):
            limits.admit(GUEST, "c")
        clock.now += 86_400
        assert send(limits, GUEST, "c") == [1]

    def test_chat_ui_can_not_mint_guests_without_end(self, limits_with: Callable[[Rules], Limits]) -> None:
        limits = limits_with(replace(RULES, chat_ui_guest_messages_per_day=3))
        for number in range(3):
            limits.admit(replace(CHAT_UI_GUEST, id=f"conversation {number}"), "hello")
        with pytest.raises(GuestsFull):
            limits.admit(replace(CHAT_UI_GUEST, id="conversation 4"), "hello")
        limits.admit(ANNA, "hello")

    def test_a_thousand_users_a_day(self, limits_with: Callable[[Rules], Limits], clock: Clock) -> None:
        limits = limits_with(replace(RULES, users_per_day=2))
        send(limits, ANNA, "a", "b")
        send(limits, BELA, "a")
        with pytest.raises(UsersFull, match="has met 2 people today"):
            limits.admit(Caller("user", "carla"), "a")
        send(limits, ANNA, "c")
        clock.now += 86_400
        send(limits, Caller("user", "carla"), "a")

    def test_who_is_refused_takes_no_users_place(self, limits_with: Callable[[Rules], Limits]) -> None:
        limits = limits_with(replace(RULES, users_per_day=1, guest_messages_per_day=0))
        with pytest.raises(SignInNeeded):
            limits.admit(GUEST, "a")
        send(limits, ANNA, "a")

    def test_load_testers_have_a_plan_of_their_own(self, limits_with: Callable[[Rules], Limits]) -> None:
        limits = limits_with(replace(RULES, tester_messages_per_minute=12, users_per_day=1))
        tester = Caller("tester", "load")
        assert send(limits, tester, *"abcdefghijkl")[-1] == 0
        with pytest.raises(MinuteFull):
            limits.admit(tester, "m")
        send(limits, ANNA, "a")

    @pytest.mark.parametrize("budget", ["user_tokens_per_day", "tokens_per_day"])
    def test_a_budget_of_tokens(
        self, budget: str, limits_with: Callable[[Rules], Limits], clock: Clock
    ) -> None:
        limits = limits_with(replace(RULES, **{budget: 1_000}))
        send(limits, ANNA, "a")
        limits.spend(ANNA, 999)
        send(limits, ANNA, "b")
        limits.spend(ANNA, 1)
        with pytest.raises(TokensFull):
            limits.admit(ANNA, "c")
        if budget == "user_tokens_per_day":
            send(limits, BELA, "a")
        else:
            with pytest.raises(TokensFull):
                limits.admit(BELA, "a")
        clock.now += 86_400
        send(limits, ANNA, "c")


class TestRepeats:
    def test_a_retry_within_seconds_is_not_counted(self, limits: Limits, clock: Clock) -> None:
        assert send(limits, ANNA, "a") == [7]
        assert send(limits, ANNA, *["a"] * MAX_REPEATS) == [7] * MAX_REPEATS
        assert send(limits, ANNA, "a") == [6]

    def test_the_same_words_later_are_a_new_message(self, limits: Limits, clock: Clock) -> None:
        send(limits, ANNA, "a")
        clock.now += 11
        assert send(limits, ANNA, "a") == [6]

    def test_somebody_elses_words_are_no_retry(self, limits: Limits) -> None:
        assert send(limits, ANNA, "hello") == [7]
        assert send(limits, BELA, "hello") == [7]

    def test_retries_sent_together_count_once(self, limits: Limits) -> None:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: limits.admit(ANNA, "a"), range(4)))
        assert send(limits, ANNA, "b") == [6]


class TestManyAtOnce:
    def attempts(self, limits: Limits, callers: Sequence[Caller]) -> Tally[str]:
        """One different message of each, all at the same time; what became of them."""

        def one(numbered: tuple[int, Caller]) -> str:
            number, caller = numbered
            try:
                limits.admit(caller, f"message {number}")
            except LimitReached as error:
                return type(error).__name__
            return "let in"

        with ThreadPoolExecutor(24) as pool:
            return Tally(pool.map(one, enumerate(callers)))

    def test_never_a_message_too_many_and_none_lost(self, limits: Limits) -> None:
        assert self.attempts(limits, [ANNA] * 60) == {"let in": 8, "MinuteFull": 52}

    def test_never_a_user_too_many(self, limits_with: Callable[[Rules], Limits]) -> None:
        limits = limits_with(replace(RULES, users_per_day=25))
        callers = [Caller("user", f"user {number % 40}") for number in range(120)]
        done = self.attempts(limits, callers)
        assert done == {"let in": 25 * 3, "UsersFull": 15 * 3}

    def test_conflicts_are_tried_again(self, table: LimitsTable, clock: Clock) -> None:
        """DynamoDB refuses one of two transactions on the same row; moto never does, so it is told to."""
        quarrelsome = QuarrelsomeClient(table.client(), refusals=3)
        limits = Limits(DynamoCounters(quarrelsome, table.name), RULES, clock)
        assert send(limits, ANNA, "a") == [7]
        assert quarrelsome.refusals == 0


class QuarrelsomeClient:
    """A real client whose first transactions are refused as conflicts."""

    def __init__(self, client: Any, refusals: int) -> None:
        self._client = client
        self.exceptions = client.exceptions
        self.refusals = refusals

    def batch_get_item(self, **request: Any) -> Any:
        return self._client.batch_get_item(**request)

    def transact_write_items(self, **request: Any) -> Any:
        if self.refusals:
            self.refusals -= 1
            reasons = [{"Code": "TransactionConflict"}] + [{"Code": "None"}] * (
                len(request["TransactItems"]) - 1
            )
            raise self.exceptions.TransactionCanceledException(
                {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons},
                "TransactWriteItems",
            )
        return self._client.transact_write_items(**request)


class TestWithoutDynamoDB:
    def test_everybody_is_let_in_and_the_log_says_so(self, caplog: pytest.LogCaptureFixture) -> None:
        nobody_there = LimitsTable("http://127.0.0.1:9", "limits")
        limits = Limits(DynamoCounters(nobody_there.client(seconds=1), nobody_there.name), RULES)
        assert [limits.admit(GUEST, message) for message in "abc"] == [None] * 3
        limits.spend(GUEST, 100)
        assert caplog.text.count("Limits are off") == 3
        assert "100 tokens were not counted" in caplog.text
