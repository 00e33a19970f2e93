"""Slides of a lesson: one file that holds everything, for a room without a network.

``sections`` takes a stored notebook apart, ``deck`` writes the file. How much fits on one slide
only the browser knows, so the page itself (``deck.js``) fills slide after slide as it opens. We do
not use nbconvert's slides: they fetch reveal.js from a server.
"""
