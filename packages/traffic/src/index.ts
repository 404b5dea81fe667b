/** Policies against overload for services: throttling, retries, balancing. Empty until its first one is whole. */
export {};
