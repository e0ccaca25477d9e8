"""The shipped net: its card, its range, its reasons, and the layers that it was trained with."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from cascade_cities import waterworks

from stratum_core.criticality.learned import training
from stratum_core.criticality.learned.attribution import attribution
from stratum_core.criticality.learned.features import FEATURES, inputs
from stratum_core.criticality.learned.net import exportable, trainable
from stratum_core.criticality.learned.shipped import chance, load, shipped
from stratum_core.errors import InputError
from stratum_core.pipeline.criticality_ranking import city_ranking, place
from stratum_core.pipeline.learning.cities import training_city
from stratum_core.pipeline.learning.examples import example
from stratum_core.resource_files import resource

UNSEEN = training_city(1003, (300, 600))


def test_the_card_is_that_of_the_net_and_says_what_it_was_made_from() -> None:
    net, card = resource("nets/criticality.onnx").read_bytes(), shipped().card
    assert len(net) < 1_000_000
    assert card["net"]["sha256"] == sha256(net).hexdigest()
    assert card["training"]["command"] == "main.py train criticality"
    assert card["training"]["versions"]["torch"].startswith("2.13.0")
    assert card["data"]["city_seeds"] == [0, 239]
    assert card["licence"] == "Apache-2.0"
    assert card["limits"]
    assert all(row["city_seed"] > 239 for row in card["held_out"])


def test_a_net_with_the_card_of_another_is_refused(tmp_path: Path) -> None:
    card = json.loads(resource("nets/criticality.json").read_text(encoding="utf-8"))
    (tmp_path / "other.onnx").write_bytes(resource("nets/criticality.onnx").read_bytes())
    card["net"]["sha256"] = "0" * 64
    (tmp_path / "other.json").write_text(json.dumps(card), encoding="utf-8")
    with pytest.raises(InputError, match="another net"):
        load(tmp_path / "other.onnx")
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "missing.onnx")


def test_it_ranks_a_city_that_it_has_not_seen_and_betweenness_does_worse() -> None:
    found = city_ranking(UNSEEN, "learned", top=5)
    learned, between = found.checked
    assert found.by == "learned"
    assert learned.spearman is not None
    assert between.spearman is not None
    assert learned.spearman >= 0.8
    assert learned.spearman > between.spearman
    assert learned.top_hit >= between.top_hit + 0.05
    assert [row.rank for row in found.components] == [1, 2, 3, 4, 5]


def test_the_order_of_the_components_does_not_matter() -> None:
    known, net = inputs(UNSEEN), shipped()
    order = np.random.default_rng(0).permutation(known.wired.size)
    place_of = np.argsort(order)
    plain = net.raw(known.features, known.wired.edges, known.wired.relation, known.wired.gcn_weights())
    moved = net.raw(known.features[order], place_of[known.wired.edges], known.wired.relation, known.wired.gcn_weights())
    assert moved == pytest.approx(plain[order], abs=1e-4)


def test_an_unlike_city_is_simulated_instead_and_said_so() -> None:
    known = inputs(waterworks())
    familiarity = shipped().familiarity(known)
    assert not familiarity.known
    assert familiarity.outside > familiarity.limit
    assert familiarity.strange
    found = city_ranking(waterworks(), "learned")
    assert (found.asked, found.by) == ("learned", "consequence")
    assert "does not know such a city" in found.warnings[0]
    assert [row.score for row in found.components] == [row.simulated for row in found.components]
    assert place(waterworks(), "pump").learned is None


def test_a_feature_outside_the_range_is_named() -> None:
    known = inputs(UNSEEN)
    known.features[:, FEATURES.index("needs")] += 50.0
    familiarity = shipped().familiarity(known)
    assert familiarity.outside == 1.0
    assert familiarity.strange[0].feature == "needs"


def test_reasons_rest_on_the_score_that_the_whole_city_gives() -> None:
    known, net = inputs(UNSEEN), shipped()
    out = net.raw(known.features, known.wired.edges, known.wired.relation, known.wired.gcn_weights())
    whole = chance(out) * np.clip(out[:, 1], 0.0, 1.0)
    for component in np.argsort(-whole)[:3]:
        found = attribution(net, known, int(component))
        assert found.score == pytest.approx(whole[component], abs=1e-5)
        sizes = [abs(part.contribution) for part in found.features]
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] > 0
        assert all(1 <= part.steps <= 2 for part in found.neighbours)


def test_a_customer_has_no_place_and_a_pump_has_one() -> None:
    found = place(waterworks(), "pump")
    assert found.single_point
    assert found.ranks["consequence"] >= 1
    # the tank of 10 h keeps the tap for 10 of 24 h
    assert found.by_service["water"] == pytest.approx(90 * 14, rel=0.02)
    assert found.share == pytest.approx(14 / 24, rel=0.02)
    with pytest.raises(InputError, match="has no rank"):
        place(UNSEEN, str(UNSEEN.assets.id[UNSEEN.assets.kind == "load"][0]))


def test_without_torch_training_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"torch==2\.13\.0"):
        training.need_torch()


def test_the_exported_net_is_the_trained_one(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch_geometric")
    onnxruntime = pytest.importorskip("onnxruntime")
    torch.manual_seed(5)
    told = example(UNSEEN, most=100)
    lesson = training.Lesson(told.inputs, told.chosen, told.lost)
    net, given = trainable().eval(), training.tensors(told.inputs)
    training.export(net, lesson, tmp_path / "net.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "net.onnx"))
    with torch.no_grad():
        layers, plain = net(*given).numpy(), exportable(net)(*given).numpy()
    run = session.run(None, dict(zip(training.INPUTS, [one.numpy() for one in given], strict=True)))[0]
    assert plain == pytest.approx(layers, abs=1e-5)
    assert run == pytest.approx(layers, abs=1e-5)


def test_the_same_seed_gives_the_same_weights() -> None:
    torch = pytest.importorskip("torch")
    pytest.importorskip("torch_geometric")
    told = example(UNSEEN, most=100)
    lesson = training.Lesson(told.inputs, told.chosen, told.lost)
    first, again = (training.fit([lesson], epochs=2, seed=4).state_dict() for _ in range(2))
    assert all(torch.equal(first[name], again[name]) for name in first)
