"""Small colour faces, drawn by signed distances: who is drawn, and how.

Every number is made by additions, products, quotients, square roots and comparisons alone. IEEE 754
rounds those exactly, so every machine draws the same bytes and the models know their data again;
a sine or an exponential may differ in its last bit from one processor to the next.
"""
