"""Figures: numbers in, Picture (a matplotlib Figure with alternative text) out.

Shared parts:
    picture            the Picture
    network_diagram    Fig. 1 with live values (chapter 1)
    transcript         any protocol's messages by who sees them; the Page, for texts
    points             the points of a class, for its instructor

One file per chapter topic, under the topic's word. Four topics have more:
    network_families           labelled_text       entities, scores, topics
    privacy_leakage            model_attacks       membership, maps, the GAN attack
    homomorphic_encryption     seal_budget         what a SEAL context affords
                               seal_error_table    SEAL's messages, and what they mean
    differential_privacy       answered_queries    budgets, a released histogram
"""
