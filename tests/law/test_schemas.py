"""The published JSON schemas are what the code says, and they agree with the loader about real files."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema
import pytest
import yaml

from sanxiang.config.commands.rulebooks import schemas
from sanxiang.store.rulebooks.library import default_folder

FOLDER = default_folder()


def read(path) -> Any:
    return plain(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def plain(value: Any) -> Any:
    """Dates as an editor sees them: as text. Keys as they are written: YAML takes `on` for a flag."""
    if isinstance(value, dict):
        return {"on" if key is True else key: plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [plain(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads(schemas()[f"{name}-v1.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", sorted(schemas()))
def test_the_files_on_disk_are_what_the_code_generates(name):
    """`sanxiang rulebooks schema` writes them anew."""
    assert (FOLDER / "schema" / name).read_text(encoding="utf-8") == schemas()[name]


def test_every_rule_file_of_the_product_fits_its_schema():
    files = {
        "instrument": [path for path in FOLDER.glob("*/*/*.yaml") if path.parent.name != "scenarios"],
        "jurisdiction": list(FOLDER.glob("*/jurisdiction.yaml")),
        "dictionary": list(FOLDER.glob("dictionary/facts*.yaml")),
    }
    for name, paths in files.items():
        check = validator(name)
        assert paths
        for path in paths:
            faults = [
                f"{path.name} {fault.json_path}: {fault.message[:200]}" for fault in check.iter_errors(read(path))
            ]
            assert not faults, faults[:3]


PENALTY = FOLDER / "national" / "penalty-law" / "2021-07-15.yaml"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda law: law.update(colour="red"),
        lambda law: law.update(layer="galactic"),
        lambda law: law.pop("title"),
        lambda law: law["clauses"][0].update(gates=[{"needs": [{"no_such_word": True}], "say": "…"}]),
        lambda law: law["clauses"][0].update(gates=[{"needs": [{"officers": {"at_least": "two"}}], "say": "…"}]),
        lambda law: law["clauses"][0].update(gates=[{"needs": [{"stated": ["a"], "review_due": True}], "say": "…"}]),
        lambda law: law["clauses"][0].update(
            deadlines=[{"duty": "x", "on": ["a"], "until": ["b"], "period": "seven days"}]
        ),
    ],
)
def test_what_the_loader_refuses_the_schema_refuses(spoil):
    law = read(PENALTY)
    spoil(law)
    assert list(validator("instrument").iter_errors(law))


def test_a_scenario_fits_its_schema_and_a_wrong_one_does_not():
    step = {
        "act": "decide",
        "at": "2024-09-27T09:00:00",
        "by": "boss",
        "expect": {"verdict": "refused", "clauses": ["PL-44"]},
    }
    scenario = {
        "title": "一",
        "rulebook": "luoyang",
        "case": {"category": "处罚"},
        "steps": [step],
        "world_file": "w.yaml",
    }
    assert not list(validator("scenario").iter_errors(scenario))
    assert list(validator("scenario").iter_errors({**scenario, "steps": [{**step, "expect": {"verdict": "maybe"}}]}))
