"""The program that fits the weights: its likelihood, the slope of that, and what it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

np = pytest.importorskip("numpy", reason="needs the extra `fit`")
pytest.importorskip("scipy", reason="needs the extra `fit`")

import fit_weights  # noqa: E402

from clipper.reading import best_names, make_model  # noqa: E402


@pytest.fixture(scope="module")
def pages():
    folder = Path(__file__).parent / "pages_fit"
    found = fit_weights.load_all([(path, None) for path in sorted(folder.glob("party-0*.page"))])
    return [page for page in found if fit_weights.possible(page)]


@pytest.fixture(scope="module")
def vocab(pages):
    return fit_weights.vocabulary(pages)


def test_the_slope_is_that_of_the_likelihood(pages, vocab):
    batch = fit_weights.Batch(pages[:3], vocab)
    rng = np.random.default_rng(1)
    weights = rng.normal(0, 0.1, sum(vocab.sizes))
    _, slope = batch.likelihood(vocab, weights)
    own, steps, _ = vocab.sizes
    for place in (
        *rng.integers(0, own, 5),
        *rng.integers(own, own + steps, 5),
        *rng.integers(own + steps, len(weights), 5),
    ):
        step = np.zeros(len(weights))
        step[place] = 1e-5
        more, less = (batch.likelihood(vocab, weights + sign * step)[0] for sign in (1, -1))
        assert (more - less) / 2e-5 == pytest.approx(slope[place], abs=1e-4)


def test_pages_are_read_as_they_were_labelled(pages, vocab):
    batches = [fit_weights.Batch(pages, vocab)]
    weights = fit_weights.fit(batches, vocab, 1.0, 40, np.arange(sum(vocab.sizes)))
    model = make_model(fit_weights.as_tables(vocab, weights), {})
    right = lines = 0
    for page in pages:
        names = best_names(page.choices, page.evidence, page.seams, model)
        right += sum(a == b for a, b in zip(names, page.gold, strict=True))
        lines += len(names)
    assert right > 0.99 * lines


def test_a_table_is_read_back_as_it_was_written():
    tables = {"body": {'last "': 0.5, "first \\": -1.25}}
    module: dict[str, object] = {}
    exec(fit_weights.as_module(tables), module)
    assert module["WEIGHTS"] == tables
