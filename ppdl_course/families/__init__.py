"""Network families in torch: recurrent, recursive, residual, adversarial, lattice."""
