"""The same evidence gives the same record, wherever, whenever and however it is built."""

import json
import shutil

import pytest


def build(merestone, case, *arguments, **environment):
    return json.loads(merestone("build", case, "--json", *arguments, env=environment, status=0).stdout)["record_id"]


def tables(case):
    folder = case / "record" / (case / "record" / "current").read_text().strip()
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def first(example):
    return (example / "record" / "current").read_text().strip()


def test_in_another_folder_with_two_workers_another_time_zone_and_locale(example, first, merestone, tmp_path):
    copy = tmp_path / "another place" / "копия"
    shutil.copytree(example, copy)
    shutil.rmtree(copy / "record")
    again = build(
        merestone, copy, "--workers", "2", TZ="Pacific/Kiritimati", LC_ALL="tr_TR.UTF-8", LANG="tr_TR.UTF-8", PYTHONHASHSEED="7"
    )
    assert again == first
    assert tables(copy) == tables(example)


def test_on_top_of_itself(example, first, merestone):
    before = tables(example)
    assert build(merestone, example) == first
    assert tables(example) == before


def test_with_everything_read_again(example, first, merestone):
    assert build(merestone, example, "--fresh", "--workers", "1", PYTHONHASHSEED="11") == first


def test_when_the_evidence_was_added_in_another_order(example, first, merestone, tmp_path):
    source = next(path for path in (example / "vault").rglob("*") if path.is_file())
    rows = source.read_text(encoding="utf-8").splitlines(keepends=True)
    one, two = tmp_path / "one", tmp_path / "two"
    for name, order in ((one, rows), (two, rows[::-1])):
        shutil.copytree(example, name, ignore=shutil.ignore_patterns("vault", "log", "record"))
        for number, row in enumerate(order[:2] + order[-2:]):
            (tmp_path / f"{name.name}-{number}.jsonl").write_text(row, encoding="utf-8")
            merestone("add", name, tmp_path / f"{name.name}-{number}.jsonl", status=0)
    assert build(merestone, one) == build(merestone, two)


def test_only_what_is_new_is_read_and_the_record_is_as_if_all_were(example, merestone, tmp_path):
    source = next(path for path in (example / "vault").rglob("*") if path.is_file())
    rows = source.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "a.jsonl").write_text("".join(rows[3:5]), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("".join(rows[:3]), encoding="utf-8")
    case = tmp_path / "case"
    shutil.copytree(example, case, ignore=shutil.ignore_patterns("vault", "log", "record"))
    merestone("add", case, tmp_path / "a.jsonl", status=0)
    build(merestone, case)
    merestone("add", case, tmp_path / "b.jsonl", status=0)
    step_by_step = build(merestone, case)
    assert build(merestone, case, "--fresh") == step_by_step


def test_claims_that_were_tampered_with_are_not_used_again(example, first, merestone, tmp_path):
    import pyarrow.parquet as pq

    copy = tmp_path / "copy"
    shutil.copytree(example, copy)
    path = copy / "record" / first / "claims.parquet"
    pq.write_table(pq.read_table(path).slice(0, 3), path)
    assert build(merestone, copy) == first
    merestone("verify", copy, status=0)
