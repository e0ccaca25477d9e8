"""Charts painted with QPainter: labelled axes with units, lines labelled directly, no legend boxes."""
