"""The decision ledger: canonical bytes, a hash chain, a Merkle tree, signatures, proofs. Bytes in, verdict out.

It reads and writes no file and no database. It makes a record tamper-evident and no more: who holds
the whole chain and the key can rebuild both, so signed checkpoints must leave the machine.
"""

from stratum_core.ledger.entries import DECISIONS as DECISIONS
from stratum_core.ledger.entries import GENESIS as GENESIS
from stratum_core.ledger.entries import KINDS as KINDS
from stratum_core.ledger.entries import Entry as Entry
from stratum_core.ledger.entries import append as append
from stratum_core.ledger.entries import verify_chain as verify_chain
from stratum_core.ledger.proof import Checkpoint as Checkpoint
from stratum_core.ledger.proof import Proof as Proof
from stratum_core.ledger.proof import make_checkpoint as make_checkpoint
from stratum_core.ledger.proof import make_proof as make_proof
from stratum_core.ledger.signing import Signer as Signer
from stratum_core.ledger.signing import fingerprint as fingerprint
from stratum_core.ledger.stored import StoredEntry as StoredEntry
from stratum_core.ledger.stored import verify_stored as verify_stored
from stratum_core.ledger.verdict import Verdict as Verdict
from stratum_core.ledger.verification import verify_checkpoint as verify_checkpoint
from stratum_core.ledger.verification import verify_document as verify_document
