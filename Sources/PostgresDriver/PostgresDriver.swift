#if PostgreSQL
    internal import CPostgres
#endif
