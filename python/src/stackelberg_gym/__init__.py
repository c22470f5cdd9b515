"""Stackelberg Markov games as Gymnasium and PettingZoo environments."""
