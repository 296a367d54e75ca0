"""Every way to learn preference from choices alone, by name."""

from collections.abc import Mapping

from ptml.recommend.peers.als import AlsPeer
from ptml.recommend.peers.ease import EasePeer
from ptml.recommend.peers.neighbours import Bm25Peer, CosinePeer
from ptml.recommend.peers.peer import ItemItemScorer, Past, Peer, Scorer
from ptml.recommend.peers.popularity import PopularityPeer
from ptml.recommend.peers.sampled import BprPeer, LmfPeer

_ALL: tuple[Peer, ...] = (
    PopularityPeer("popularity", within_role=False),
    PopularityPeer("popularity_in_role", within_role=True),
    Bm25Peer(),
    CosinePeer(),
    EasePeer(),
    AlsPeer(),
    BprPeer(),
    LmfPeer(),
)
PEERS: Mapping[str, Peer] = {peer.name: peer for peer in _ALL}

__all__ = ["PEERS", "ItemItemScorer", "Past", "Peer", "Scorer"]
