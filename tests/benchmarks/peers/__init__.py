"""What our APIs are compared with: the same work on the same table, as other people write it."""
