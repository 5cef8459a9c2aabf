// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/tls_files.h"

namespace heartline::http {

namespace ssl = boost::asio::ssl;

namespace {

tl::unexpected<Error> cannotUse(const std::string &what, const std::string &file,
                                const boost::system::error_code &error) {
    return fail(ErrorKind::InvalidInput,
                "cannot use the TLS " + what + " \"" + file + "\": " + error.message());
}

} // namespace

Result<std::shared_ptr<ssl::context>> readTlsFiles(const std::string &certificate,
                                                   const std::string &key) {
    if (certificate.empty() || key.empty())
        return fail(
            ErrorKind::InvalidInput,
            "TLS takes both a certificate chain and its key: give --tls-cert and --tls-key");
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    context->set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                         ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                         ssl::context::no_tlsv1_1);
    // Nobody is there to be asked.
    context->set_password_callback(
        [](std::size_t, ssl::context::password_purpose) { return std::string(); });
    boost::system::error_code error;
    context->use_certificate_chain_file(certificate, error);
    if (error)
        return cannotUse("certificate", certificate, error);
    context->use_private_key_file(key, ssl::context::pem, error);
    if (error)
        return cannotUse("key", key, error);
    return context;
}

} // namespace heartline::http
