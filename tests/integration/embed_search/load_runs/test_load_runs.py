"""A file that is put into the bucket, through the whole state machine: loaded, or told why not."""

from typing import Any

import boto3
import psycopg2

from tests.embed_search_fakes import row
from tests.integration.embed_search.load_runs.conftest import BUCKET, Shop
from tests.state_machine import RETRIES

BAD = row(0, "No Such Shirt", "Nobody")


def shelf(first: int, last: int, *, price: int = 999) -> list[tuple[str, ...]]:
    return [row(number, f"Blue Shirt No {number}", price=price) for number in range(first, last + 1)]


def names(first: int, last: int) -> list[str]:
    return sorted(f"Blue Shirt No {number}" for number in range(first, last + 1))


def fails(shop: Shop, step: str, error: Exception, times: int = 99, **batch: int) -> None:
    """The first so many tries of a step, or of one of its batches."""
    left = [error] * times

    def before(event: dict[str, Any]) -> None:
        in_batch = event["state"].get("batch", {})
        if event["step"] == step and batch.items() <= in_batch.items() and left:
            raise left.pop()

    shop.before = before


def test_a_file_is_loaded_in_parts_and_reported_on_beside_it(shop: Shop) -> None:
    long = row(900, "Red Saree", "Women", description='of "silk",\nin two lines')
    shop.put([*shelf(1, 14), long, BAD, *shelf(15, 40)])

    done = shop.load()

    assert (done.status, done.error) == ("SUCCEEDED", None)
    assert sorted(shop.names()) == [*names(1, 40), "Red Saree"]
    assert {name: counts["succeeded"] for name, counts in done.batches.items()} == {"Stage": 5, "Index": 5}
    report = shop.report()
    assert (report["loaded"], report["inserted"], report["embedded"]) == (41, 41, 41)
    # The header is line 1, and the saree takes two lines.
    assert [refused["line"] for refused in report["refused_rows"]] == [18]
    assert "Gender is 'Nobody'" in report["refused_rows"][0]["reason"]
    assert (report["refused"], report["set_aside"], report["run"]) == (1, [], "run-1")


def test_every_refused_row_is_reported_however_many_there_are(shop: Shop) -> None:
    shop.put([*shelf(1, 4), *[BAD] * 40])

    shop.load(force=True)

    report = shop.report()
    assert (report["loaded"], report["refused"]) == (4, 40)
    assert [refused["line"] for refused in report["refused_rows"]] == list(range(6, 36))
    every = shop.written(report["all_refused_rows"])
    assert [refused["line"] for refused in every] == list(range(6, 46))
    assert every[:30] == report["refused_rows"]


def test_the_same_file_again_has_no_batches(shop: Shop) -> None:
    shop.put(shelf(1, 25))
    shop.load()
    shop.events.clear()

    done = shop.load("run-2")

    assert (done.status, done.batches) == ("SUCCEEDED", {})
    assert shop.tried() == {"plan": 1}
    assert (shop.report()["run"], shop.report()["unchanged"]) == ("run-2", 25)


def test_other_prices_are_published_without_embedding(shop: Shop) -> None:
    shop.put(shelf(1, 25))
    shop.load()
    shop.embedder.embedded.clear()
    shop.put(shelf(1, 25, price=500))

    done = shop.load("run-2")

    assert (done.status, list(done.batches)) == ("SUCCEEDED", ["Stage"])
    assert shop.embedder.embedded == []
    assert shop.ask("SELECT DISTINCT price::int FROM product") == [(500,)]


def test_json_lines_and_the_shops_own_columns(shop: Shop) -> None:
    shop.put_bytes(
        b'[columns]\nproduct_id = "sku"\nname = "title"\nprice = "mrp"\n[fixed]\ngender = "Women"\n',
        "feeds/columns.toml",
    )
    lines = (f'{{"sku": {number}, "title": "Red Saree No {number}", "mrp": 50.5}}\n' for number in range(30))
    shop.put_bytes("".join(lines).encode(), "feeds/today.jsonl")

    done = shop.load(key="feeds/today.jsonl")

    assert done.status == "SUCCEEDED"
    assert shop.ask("SELECT count(*), min(gender), min(price)::text FROM product") == [(30, "Women", "50.50")]
    assert done.batches["Stage"]["succeeded"] == 3


def test_a_file_in_utf_16_is_cut_where_its_rows_end(shop: Shop) -> None:
    rows = "ProductID,ProductName,ProductBrand,Gender,Price (INR),Description,PrimaryColor\n" + "".join(
        f"{number},Chemise d'été {number},Acme,Men,100,,\n" for number in range(35)
    )
    shop.put_bytes(rows.encode("utf-16"), "shop.csv")

    done = shop.load()

    assert (done.status, done.batches["Stage"]["succeeded"]) == ("SUCCEEDED", 4)
    assert shop.ask("SELECT count(*) FROM product WHERE name LIKE 'Chemise d''été %'") == [(35,)]


# --- batches that fail --------------------------------------------------------------------------------------


def test_a_batch_that_fails_is_tried_again_and_doubles_nothing(shop: Shop) -> None:
    shop.put(shelf(1, 40))
    fails(shop, "stage", psycopg2.OperationalError("the database is restarting"), times=2)

    done = shop.load()

    assert done.status == "SUCCEEDED"
    assert shop.tried()["stage"] == 5 + 2
    assert sorted(shop.names()) == names(1, 40)
    assert sorted(shop.embedder.embedded) == names(1, 40)


def test_an_answer_that_got_lost_costs_nothing(shop: Shop) -> None:
    """Of each step the first answer: it is done, and Step Functions has it done again."""
    shop.put(shelf(1, 10))
    lost: set[str] = set()
    run = shop.run_step

    def deaf(event: dict[str, Any]) -> dict[str, Any]:
        done = run(event)
        if event["step"] not in lost:
            lost.add(event["step"])
            raise TimeoutError("nobody heard")
        return done

    shop.run_step = deaf
    done = shop.load()

    assert done.status == "SUCCEEDED"
    assert lost == {"plan", "stage", "prepare", "index", "publish"}
    assert sorted(shop.names()) == names(1, 10)
    assert sorted(shop.embedder.embedded) == names(1, 10)
    assert shop.report()["loaded"] == 10


def test_a_part_that_can_t_be_read_is_set_aside_and_named(shop: Shop) -> None:
    shop.put(shelf(1, 60))
    shop.load()
    shop.put(shelf(1, 60, price=500))
    fails(shop, "stage", MemoryError("the poisonous part"), number=2)

    done = shop.load("run-2")

    assert done.status == "SUCCEEDED"
    assert done.batches["Stage"] == done.batches["Stage"] | {"failed": 1, "succeeded": 6}
    # Its products may be in that part or not: they stay as they were.
    report = shop.report()
    assert report["set_aside"] == [{"first_line": 21, "last_line": 30}]
    assert [(refused["line"], refused["reason"][:14]) for refused in report["refused_rows"]] == [
        (21, "lines 21 to 30")
    ]
    assert (report["loaded"], report["deleted"]) == (60, 0)
    assert shop.ask("SELECT price::int, count(*) FROM product GROUP BY 1 ORDER BY 1") == [
        (500, 50),
        (999, 10),
    ]


def test_nothing_is_deleted_while_a_part_is_missing(shop: Shop) -> None:
    shop.put(shelf(1, 60))
    shop.load()
    shop.put(shelf(2, 60))
    fails(shop, "stage", MemoryError("the poisonous part"), number=3)
    shop.load("run-2")
    assert "Blue Shirt No 1" in shop.names()

    shop.before = lambda _event: None
    shop.put([*shelf(2, 60), row(61, "Green Kurta")])
    assert shop.load("run-3").status == "SUCCEEDED"
    assert "Blue Shirt No 1" not in shop.names()


def test_what_can_t_be_embedded_is_set_aside_and_named_and_stays_as_it_was(shop: Shop) -> None:
    shop.put(shelf(1, 90))
    shop.load()
    renamed = [row(number, f"Green Shirt No {number}") for number in range(1, 11)]
    shop.put([*renamed, *shelf(11, 100)])
    fails(shop, "index", MemoryError("the poisonous batch"), first=1)

    done = shop.load("run-2")

    assert done.status == "SUCCEEDED"
    assert done.batches["Index"] == done.batches["Index"] | {"failed": 1, "succeeded": 1}
    refused = shop.report()["refused_rows"]
    assert all("could not be embedded" in row["reason"] for row in refused)
    # The first ten products that were to be described, and the first ten texts that were to be embedded.
    lines = {row["line"] for row in refused}
    assert set(range(2, 12)) <= lines
    assert len(lines) <= 20
    assert [name for name in shop.names() if name.startswith("Green")] == []
    assert len(shop.names()) == 100 - len(lines) + 10
    counted = shop.ask("SELECT products FROM word WHERE word IN ('green', 'blue')")
    assert counted == [(len(shop.names()),)]

    shop.before = lambda _event: None
    shop.put([*renamed, *shelf(11, 101)])
    assert shop.load("run-3").status == "SUCCEEDED"
    assert sorted(shop.names()) == sorted([*names(11, 101), *(f"Green Shirt No {n}" for n in range(1, 11))])
    counted = shop.ask("SELECT word, products FROM word WHERE word IN ('green', 'blue') ORDER BY word")
    assert counted == [("blue", 91), ("green", 10)]


# --- files that are not published ---------------------------------------------------------------------------


def test_below_the_share_that_is_set_nothing_is_published(shop: Shop) -> None:
    shop.put(shelf(1, 20))
    shop.load()
    shop.put(shelf(1, 40, price=500))
    fails(shop, "stage", MemoryError("the poisonous part"), number=1)

    done = shop.load("run-2")

    assert (done.status, done.error) == ("FAILED", "LoadRefused")
    assert shop.ask("SELECT DISTINCT price::int FROM product") == [(999,)]
    report = shop.report()
    assert "Only 30 of the file's 40 rows could be loaded, and at least 80% must be" in report["error"]
    assert report["set_aside"] == [{"first_line": 11, "last_line": 20}]
    assert "index" not in shop.tried() or shop.tried()["index"] == 2, "no time is spent on embedding"


def test_a_file_that_would_delete_too_much_is_refused_unless_it_is_forced(shop: Shop) -> None:
    shop.put(shelf(1, 40))
    shop.load()
    shop.put(shelf(1, 20))

    done = shop.load("run-2")

    assert (done.status, done.error) == ("FAILED", "LoadRefused")
    assert "20 of the 40 products in the catalogue are not in the file" in shop.report()["error"]
    assert len(shop.names()) == 40
    assert shop.load("run-3", force=True).status == "SUCCEEDED"
    assert sorted(shop.names()) == names(1, 20)


def test_a_file_that_lacks_a_column_is_told_of_at_once(shop: Shop) -> None:
    shop.put_bytes(b"ProductID,ProductName\n1,Shirt\n", "shop.csv")

    done = shop.load()

    assert (done.status, done.error) == ("FAILED", "CatalogueFileError")
    assert shop.tried() == {"plan": 1, "tell_why": 1}
    assert shop.report()["error"].startswith("The catalogue shop.csv lacks the columns ProductBrand, Gender")


def test_a_failure_of_ours_is_told_with_its_name(shop: Shop) -> None:
    shop.put(shelf(1, 10))
    fails(shop, "prepare", KeyError("a bug"))

    done = shop.load()

    assert (done.status, done.error) == ("FAILED", "KeyError")
    assert shop.tried()["prepare"] == 1 + RETRIES
    assert shop.report()["error"] == "KeyError: 'a bug'"


def test_a_database_that_is_gone_is_told_of_without_it(shop: Shop) -> None:
    shop.put(shelf(1, 10))
    shop.connect_to = "postgresql://postgres@/postgres?host=/nowhere"

    done = shop.load()

    assert (done.status, done.error) == ("FAILED", "OperationalError")
    assert shop.report()["error"].startswith("OperationalError: connection to server")


def test_of_a_file_that_is_put_there_again_meanwhile_the_report_is_the_newer_one(shop: Shop) -> None:
    shop.put(shelf(1, 20))

    def before(event: dict[str, Any]) -> None:
        if event["step"] == "prepare":
            shop.before = lambda _event: None
            shop.put(shelf(1, 30))
            assert shop.load("run-2").status == "SUCCEEDED"

    shop.before = before
    done = shop.load("run-1")

    assert done.status == "SUCCEEDED"
    assert (shop.report()["run"], shop.report()["loaded"]) == ("run-2", 30)


def test_what_is_published_already_wins_when_it_is_put_there_again_after_a_mistake(shop: Shop) -> None:
    shop.put(shelf(1, 20))
    shop.load("run-1")
    shop.put(shelf(1, 20, price=1))

    def before(event: dict[str, Any]) -> None:
        if event["step"] == "prepare":
            shop.before = lambda _event: None
            shop.put(shelf(1, 20))
            assert shop.load("run-3").status == "SUCCEEDED"

    shop.before = before
    assert shop.load("run-2").status == "SUCCEEDED"

    assert shop.ask("SELECT DISTINCT price::int FROM product") == [(999,)]
    assert (shop.report()["run"], shop.report()["unchanged"]) == ("run-3", 20)


def test_a_version_of_a_file_that_is_planned_late_is_not_loaded_over_the_newer_one(shop: Shop) -> None:
    """As when the database slept, and the newer one's plan was tried again sooner."""
    boto3.client("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    old, new = shop.put(shelf(1, 20)), shop.put(shelf(1, 21))
    assert shop.load("run-2", object={"key": "shop.csv", "version-id": new}).status == "SUCCEEDED"

    late = {"key": "shop.csv", "version-id": old}
    assert shop.load("run-1", object=late).status == "SUCCEEDED"

    assert (len(shop.names()), shop.report()["run"]) == (21, "run-2")
    shop.load("run-3", object=late, force=True)
    assert (len(shop.names()), shop.report()["run"]) == (20, "run-3")


def test_of_two_files_the_newer_one_wins(shop: Shop) -> None:
    shop.put(shelf(1, 20), "old.csv")
    shop.put(shelf(1, 30), "new.csv")
    newer: list[str] = []

    def before(event: dict[str, Any]) -> None:
        if event["step"] == "prepare" and event["state"]["object"]["key"] == "old.csv" and not newer:
            newer.append("run-2")
            shop.before = lambda _event: None
            assert shop.load("run-2", "new.csv").status == "SUCCEEDED"

    shop.before = before
    done = shop.load("run-1", "old.csv")

    assert (done.status, newer) == ("SUCCEEDED", ["run-2"])
    assert sorted(shop.names()) == names(1, 30)
    assert "Another load has begun since" in shop.report("old.csv")["error"]
    assert shop.report("new.csv")["loaded"] == 30
