#if MongoDB
    internal import CMongo
#endif
