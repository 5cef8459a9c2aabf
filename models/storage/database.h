// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/error.h"

#include <QSqlDatabase>
#include <QSqlQuery>
#include <QStringList>
#include <functional>

namespace heartline::storage {

/// An open SQLite file, in WAL mode, brought to the newest version of its tables.
/// Thread: the one that opened it. Blocks on the disk.
class Database {
public:
    /// Each entry takes the file from one version to the next, in a transaction of its own;
    /// `user_version` counts them. A file of a newer version is refused, not touched. Errors are
    /// Damaged where it is no database, ReadOnly where it cannot be written, Io otherwise.
    using Migrations = QList<QStringList>;
    [[nodiscard]] static Result<Database> open(const std::string &path,
                                               const Migrations &migrations);
    /// The same of one that nobody can write; it must be of the newest version.
    [[nodiscard]] static Result<Database> openForReading(const std::string &path,
                                                         const Migrations &migrations);

    Database(Database &&other) noexcept;
    Database &operator=(Database &&) = delete;
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;
    ~Database();

    [[nodiscard]] QSqlQuery query() const;

    /// Prepares a statement unless it is the last one, binds in order, runs it; false on an error.
    using Run = std::function<bool(const QString &statement, const QVariantList &values)>;
    /// All that `work` runs, or nothing of it: it is rolled back when `work` returns false.
    [[nodiscard]] Result<void> transaction(const std::function<bool(const Run &)> &work);

private:
    explicit Database(QString connection) : m_connection(std::move(connection)) {}
    QString m_connection; ///< empty once moved from
};

} // namespace heartline::storage
