// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/atomic_file.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <fcntl.h>
#include <sys/stat.h>

namespace heartline {

Result<void> writeFileAtomically(const std::string &path, std::string_view content,
                                 FileAccess access, IfExists ifExists) {
    const QString name = QString::fromStdString(path);
    const QFileInfo info(name);
    if (ifExists == IfExists::Refuse && info.exists())
        return fail(ErrorKind::Conflict,
                    path + " exists already and is left as it is; choose another name");
    const bool secret = access == FileAccess::OwnerOnly;
    const mode_t before = secret ? umask(0077) : umask(0022);
    const bool folder = QDir().mkpath(info.absolutePath());
    QSaveFile file(name);
    const bool opened = folder && file.open(QIODevice::WriteOnly);
    umask(before);
    if (!opened)
        return fail(ErrorKind::Io, "cannot write " + path + ": " +
                                       (folder ? file.errorString().toStdString()
                                               : std::string("its folder cannot be made")));
    if (secret)
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    const auto size = static_cast<qint64>(content.size());
    if (file.write(content.data(), size) != size || !file.commit())
        return fail(ErrorKind::Io,
                    "cannot write " + path + ": " + file.errorString().toStdString());
    return {};
}

Result<std::string> readFile(const std::string &path, std::size_t maxBytes) {
    QFile file(QString::fromStdString(path));
    if (!file.exists())
        return fail(ErrorKind::NotFound, "there is no file " + path);
    if (!QFileInfo(file).isFile())
        return fail(ErrorKind::InvalidInput, path + " is not a regular file");
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorKind::Io, "cannot read " + path + ": " + file.errorString().toStdString());
    if (file.size() > static_cast<qint64>(maxBytes))
        return fail(ErrorKind::InvalidInput, path + " is larger than " + std::to_string(maxBytes) +
                                                 " bytes: not what is expected here");
    return file.readAll().toStdString();
}

} // namespace heartline
