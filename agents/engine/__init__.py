"""Language models on this machine: catalogue, cache, scheduler, sampling, embeddings."""
