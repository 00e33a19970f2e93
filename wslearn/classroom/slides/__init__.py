"""Slides of a lesson: one file that holds everything, for a room without a network.

``sections`` takes a stored notebook apart, ``short`` chooses from it, ``deck`` writes the file.
Only the browser knows how much fits on one slide, so the page itself (``deck.js``) fills slide
after slide as it opens. We do not use nbconvert's slides: they fetch reveal.js from a server.
"""
