"""The parts of the Explore tab: pure geometry and view state here, their widgets beside them."""
