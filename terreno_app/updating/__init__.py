"""ADAPTER: releases by The Update Framework, from the centre or from a folder, to a version that passed its test."""
