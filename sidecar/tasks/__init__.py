"""The engine: claims batches, hands them to the steps, and sees that nothing claimed is forgotten. Decides nothing."""
