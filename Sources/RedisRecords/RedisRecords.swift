#if Redis
    internal import CHiredis
#endif
