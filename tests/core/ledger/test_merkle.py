"""The Merkle tree against the tables of RFC 6962 and 9162 (VALIDATION: ledger)."""

import hashlib

import pytest

from stratum_core.ledger import merkle

LEAVES = [bytes.fromhex(h) for h in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")]
ROOTS = ["e3b0c442", "6e340b9c", "fac54203", "aeb6bcfe", "d37ee418", "4e3bbb1f", "76e67dad", "ddb89be4", "5dc9da79"]
PAIRS = [(low, size) for size in range(1, 9) for low in range(size)]


def starts(proof: tuple[bytes, ...]) -> list[str]:
    return [node.hex()[:8] for node in proof]


def changed(node: bytes) -> bytes:
    return bytes([node[0] ^ 1]) + node[1:]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_published_leaves(size: int) -> None:
    assert merkle.root(LEAVES[:size]).hex()[:8] == ROOTS[size]


def test_the_published_proofs() -> None:
    assert starts(merkle.inclusion_proof(LEAVES[:8], 5)) == ["bc1a0643", "ca854ea1", "d37ee418"]
    assert starts(merkle.inclusion_proof(LEAVES[:3], 2)) == ["fac54203"]
    assert starts(merkle.consistency_proof(LEAVES[:8], 6)) == ["0ebc5d34", "ca854ea1", "d37ee418"]


@pytest.mark.parametrize(("index", "size"), PAIRS)
def test_each_inclusion_proof_holds_for_its_own_index_and_for_no_other(index: int, size: int) -> None:
    root, proof = merkle.root(LEAVES[:size]), merkle.inclusion_proof(LEAVES[:size], index)
    for claimed in range(-1, size + 2):
        assert merkle.verify_inclusion(LEAVES[index], claimed, size, proof, root) == (claimed == index)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, proof, changed(root))
    assert not merkle.verify_inclusion(LEAVES[index] + b"x", index, size, proof, root)
    assert not merkle.verify_inclusion(LEAVES[index], index, size, (*proof, root), root)
    for i, node in enumerate(proof):
        assert not merkle.verify_inclusion(LEAVES[index], index, size, (*proof[:i], changed(node), *proof[i + 1:]), root)
        assert not merkle.verify_inclusion(LEAVES[index], index, size, proof[:-1], root)


@pytest.mark.parametrize(("old", "size"), [(low + 1, size) for low, size in PAIRS])
def test_each_consistency_proof_holds_for_its_own_sizes_and_for_no_other(old: int, size: int) -> None:
    roots = [merkle.root(LEAVES[:n]) for n in range(9)]
    proof = merkle.consistency_proof(LEAVES[:size], old)
    assert merkle.verify_consistency(old, size, roots[old], roots[size], proof)
    for claimed in range(size + 2):
        if claimed != old:
            assert not merkle.verify_consistency(claimed, size, roots[old], roots[size], proof)
    assert not merkle.verify_consistency(old, size, changed(roots[old]), roots[size], proof)
    assert not merkle.verify_consistency(old, size, roots[old], changed(roots[size]), proof)
    assert not merkle.verify_consistency(old, size, roots[old], roots[size], (*proof, roots[1]))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 65, 100])
def test_level_by_level_gives_the_recursive_root(size: int) -> None:
    leaves = [hashlib.sha256(bytes([i])).digest() for i in range(size)]

    def recursive(part: list[bytes]) -> bytes:
        if len(part) == 1:
            return merkle.leaf_hash(part[0])
        split = 1 << (len(part) - 1).bit_length() - 1
        return merkle.node_hash(recursive(part[:split]), recursive(part[split:]))

    assert merkle.root(leaves) == recursive(leaves)


def test_a_proof_of_a_leaf_that_is_not_there_is_refused() -> None:
    with pytest.raises(IndexError):
        merkle.inclusion_proof(LEAVES, 8)
    with pytest.raises(IndexError):
        merkle.consistency_proof(LEAVES, 0)
