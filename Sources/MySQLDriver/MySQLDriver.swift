#if MySQL
    internal import CMariaDB
#endif
