// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/test_data.h"

#include <QFile>

namespace heartline::test {

std::string fileText(const std::string &path) {
    QFile file(QString::fromStdString(path));
    if (!file.open(QIODevice::ReadOnly))
        qFatal("missing test data: %s", path.c_str());
    return file.readAll().toStdString();
}

protocol::Json fileJson(const std::string &path) {
    return protocol::Json::parse(fileText(path));
}

std::vector<protocol::Json> fileLines(const std::string &path) {
    std::vector<protocol::Json> lines;
    for (const QByteArray &line : QByteArray::fromStdString(fileText(path)).split('\n'))
        if (!line.trimmed().isEmpty())
            lines.push_back(protocol::Json::parse(line.toStdString()));
    return lines;
}

} // namespace heartline::test
