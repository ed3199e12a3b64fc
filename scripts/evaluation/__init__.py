"""The project's own evaluation: judged questions, conversations and sessions over a catalogue.

    queries.toml, dialogues.toml, sessions.toml   what is asked, and what a right answer has to be
    myntra/                                       the same, in batches, over the Myntra data set
    kinds.toml                                    what counts as a kurta, as blue, as for men
    judge.py, measures.py                         wants, and the figures they give
    asking.py, dialogues.py, sessions.py          put the questions to a running API
    grounding.py                                  is everything that is said in the catalogue's file?
    run.py, baseline.toml                         the table, and what the figures may not fall below

Nothing here imports the product's own understanding of clothes: it would judge itself.
"""
