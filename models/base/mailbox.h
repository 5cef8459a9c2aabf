// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace heartline {

/// Hands functions from any thread to the thread this object lives in, in order.
///
/// Used instead of queued calls because Debian's Qt is not instrumented for ThreadSanitizer: the
/// functions cross under a std::mutex that it sees, and a bare event wakes the receiver.
///
/// Thread: post() from any; everything else in the object's own thread. Functions that are still
/// waiting when the mailbox is destroyed are dropped unrun.
class Mailbox final : public QObject {
    Q_OBJECT
public:
    using Function = std::function<void()>;

    explicit Mailbox(QObject *parent = nullptr);
    ~Mailbox() override;

    void post(Function function);

    /// A copyable door to this mailbox that may outlive it: posting after its end does nothing.
    using Sender = std::function<void(Function)>;
    [[nodiscard]] Sender sender() const;

protected:
    void customEvent(QEvent *event) override;

private:
    struct Shared;
    static void post(const std::shared_ptr<Shared> &shared, Function function);
    std::shared_ptr<Shared> m_shared;
};

} // namespace heartline
