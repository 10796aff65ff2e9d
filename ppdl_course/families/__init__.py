"""Networks in torch: residual, recurrent, recursive, adversarial (chapter 2)."""
