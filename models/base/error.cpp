// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

namespace heartline {

tl::unexpected<Error> fail(ErrorKind kind, std::string message, int httpStatus) {
    return tl::unexpected<Error>(Error{kind, std::move(message), httpStatus});
}

} // namespace heartline
