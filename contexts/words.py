"""A digest as a few words, for people who hold a paper beside a page and compare.

Six words of a list of 256, one for each byte from the front: 48 bits. That is for the eye: whoever
looks from paper to page sees at once that the two are of one document. It takes the place of no
signature and of no code, which hold the whole digest. 48 bits withstand a forger because the
digest to give is that of the canonical statements (`contexts.statements`), in which nothing can
be varied without its signer; over bytes of which the forger may vary the white space, a match
could be searched for.

The list is part of what papers are printed with, so it never changes. Its words are short, plain,
lower case ASCII, begin with four letters that no other begins with, and differ from each other in
at least two letters.
"""

from __future__ import annotations

from typing import Final

__all__ = ["WORDS", "WORDS_SHOWN", "digest_words"]

#: How many words are shown: eight bits each.
WORDS_SHOWN: Final = 6

WORDS: Final = tuple(
    """
    acorn album almond amber anchor apple apron arrow aspen atlas autumn badge bagel bamboo
    banjo barrel basil basket beacon beaver bench berry bicycle birch biscuit blanket blossom
    bonfire bottle branch bread bridge bronze brush bucket buffalo burrow butter cabin cactus
    camel canoe canvas caramel carpet castle celery cement chalk cherry chimney circus citrus
    clarinet clock cloud clover cobalt coconut comet compass copper coral cotton crane crystal
    curtain cushion cymbal daffodil daisy dancer desert diamond dolphin domino donkey dragon
    drum eagle easel echo elbow emerald engine ermine fabric falcon feather fennel ferret fiddle
    flamingo flute forest fossil fountain fox galaxy garden garlic gazelle ginger giraffe
    glacier goblet granite grape guitar hammock harbour hazel hedge helmet heron hippo honey
    horizon hornet igloo indigo iris island ivory jacket jaguar jasmine jigsaw jungle juniper
    kangaroo kayak kettle kiosk kitchen kiwi ladder lagoon lantern lavender lemon leopard
    library lilac lobster lotus lynx magnet mammoth mango maple marble meadow melon mirror
    mitten moose mosaic muffin museum mustard napkin nectar needle nickel noodle nutmeg oasis
    oboe ocean octopus olive onion opal orange orbit orchid otter oyster paddle palace panda
    papaya parrot pebble pelican pencil pepper piano pigeon pillow planet plum pocket pony poppy
    pottery prairie pretzel pumpkin puzzle pyramid quartz quilt rabbit radish rainbow raven
    rhubarb ribbon river robin rosemary ruby saffron sailor salmon sandal satin saturn scarf
    seagull shovel silver sketch slipper snail sofa spiral spoon squirrel statue stone sugar
    sunset swan tambourine tangerine teapot temple thistle thunder tiger toffee tomato tractor
    trumpet tulip tunnel turtle twig walnut whale window yogurt zebra
    """.split()  # noqa: SIM905 - read as words, not as code
)


def digest_words(sha256: bytes, *, count: int = WORDS_SHOWN) -> tuple[str, ...]:
    """The words of a SHA-256 digest of 32 bytes: its first `count` bytes, a word each.

    Raises ValueError for anything but 32 bytes, or a count that is not 1 to 32.
    """
    if len(sha256) != 32 or not 1 <= count <= 32:
        raise ValueError(f"got {len(sha256)} bytes and {count} words, expected 32 and 1 to 32")
    return tuple(WORDS[byte] for byte in sha256[:count])
