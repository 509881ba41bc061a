#pragma once
// Numeric kernels with run-time CPU dispatch. One header a family of kernels.
#include "scan.h"
#include "transformer.h"
