// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <tl/expected.hpp>

namespace heartline {

enum class ErrorKind {
    InvalidInput,
    NotFound,
    Unauthorized,
    Conflict,
    RateLimited,
    Refused,
    Network,
    Tls,
    Timeout,
    Cancelled,
    Protocol,
    Io,
    ReadOnly, ///< a file or folder that cannot be written
    Damaged,  ///< a file that is not what its name says
    Unsupported,
    TooLarge, ///< an answer over its limit
    Outdated, ///< an answer of long ago, which a cache kept
};

/// What went wrong, in a sentence a person can act on (UTF-8, no trailing newline).
struct Error {
    ErrorKind kind = ErrorKind::InvalidInput;
    std::string message;
    /// HTTP status where the error is an answer from a server, else 0.
    int httpStatus = 0;
};

template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] tl::unexpected<Error> fail(ErrorKind kind, std::string message, int httpStatus = 0);

} // namespace heartline
