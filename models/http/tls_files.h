// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string>

namespace heartline::http {

/// What a server shows its clients: a chain and its key, both PEM. The key must not ask for a
/// password. TLS 1.2 and later. The error names the file, and what to do.
[[nodiscard]] Result<std::shared_ptr<boost::asio::ssl::context>>
readTlsFiles(const std::string &certificate, const std::string &key);

} // namespace heartline::http
