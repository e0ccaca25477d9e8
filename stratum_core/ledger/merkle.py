"""Merkle tree of RFC 9162 section 2.1: root, inclusion and consistency proofs, and their verification.

Leaf SHA-256(00 || data), node SHA-256(01 || left || right), empty tree SHA-256 of nothing.
Verification raises nothing: a proof of the wrong length or form is refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence


def leaf_hash(data: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over the leaf data, level by level: an odd last node rises as it is (equal to section 2.1.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = [leaf_hash(data) for data in leaves]
    while len(level) > 1:
        paired = [node_hash(level[i], level[i + 1]) for i in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2:]
    return level[0]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """PATH(index, leaves) of section 2.1.3.1; raises IndexError outside the tree."""
    if not 0 <= index < len(leaves):
        raise IndexError(f"there is no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return (*inclusion_proof(leaves[:split], index), root(leaves[split:]))
    return (*inclusion_proof(leaves[split:], index - split), root(leaves[:split]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """PROOF(old_size, leaves) of section 2.1.4.1; raises IndexError when the old tree is empty or larger."""
    if not 0 < old_size <= len(leaves):
        raise IndexError(f"a tree of {len(leaves)} has no proof from size {old_size}")
    return _subproof(leaves, old_size, whole=True)


def verify_inclusion(data: bytes, index: int, size: int, proof: Sequence[bytes], expected: bytes) -> bool:
    """Section 2.1.3.2: whether ``data`` is leaf ``index`` of the tree of ``size`` leaves with root ``expected``."""
    if not 0 <= index < size:
        return False
    f_n, s_n, found = index, size - 1, leaf_hash(data)
    for node in proof:
        if s_n == 0:
            return False
        if f_n & 1 or f_n == s_n:
            found = node_hash(node, found)
            while f_n and not f_n & 1:
                f_n, s_n = f_n >> 1, s_n >> 1
        else:
            found = node_hash(found, node)
        f_n, s_n = f_n >> 1, s_n >> 1
    return s_n == 0 and found == expected


def verify_consistency(old_size: int, new_size: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Section 2.1.4.2: whether the tree of ``new_size`` leaves begins with that of ``old_size``."""
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        return False
    f_n, s_n = old_size - 1, new_size - 1
    while f_n & 1:
        f_n, s_n = f_n >> 1, s_n >> 1
    old = new = path[0]
    for node in path[1:]:
        if s_n == 0:
            return False
        if f_n & 1 or f_n == s_n:
            old, new = node_hash(node, old), node_hash(node, new)
            while f_n and not f_n & 1:
                f_n, s_n = f_n >> 1, s_n >> 1
        else:
            new = node_hash(new, node)
        f_n, s_n = f_n >> 1, s_n >> 1
    return s_n == 0 and old == old_root and new == new_root


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> tuple[bytes, ...]:
    if old_size == len(leaves):
        return () if whole else (root(leaves),)
    split = _split(len(leaves))
    if old_size <= split:
        return (*_subproof(leaves[:split], old_size, whole=whole), root(leaves[split:]))
    return (*_subproof(leaves[split:], old_size - split, whole=False), root(leaves[:split]))


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1
