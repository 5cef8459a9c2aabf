// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/mailbox.h"

#include <QCoreApplication>
#include <QEvent>

namespace heartline {

struct Mailbox::Shared {
    std::mutex mutex;
    std::vector<Function> waiting;
    QObject *receiver = nullptr; // null once the mailbox is gone
    bool woken = false;
};

Mailbox::Mailbox(QObject *parent) : QObject(parent), m_shared(std::make_shared<Shared>()) {
    m_shared->receiver = this;
}

Mailbox::~Mailbox() {
    const std::lock_guard lock(m_shared->mutex);
    m_shared->receiver = nullptr;
    m_shared->waiting.clear();
}

void Mailbox::post(Function function) {
    post(m_shared, std::move(function));
}

void Mailbox::post(const std::shared_ptr<Shared> &shared, Function function) {
    const std::lock_guard lock(shared->mutex);
    if (!shared->receiver)
        return;
    shared->waiting.push_back(std::move(function));
    if (!shared->woken) {
        shared->woken = true;
        QCoreApplication::postEvent(shared->receiver, new QEvent(QEvent::User));
    }
}

Mailbox::Sender Mailbox::sender() const {
    return [shared = m_shared](Function function) { post(shared, std::move(function)); };
}

void Mailbox::customEvent(QEvent *) {
    // Nobody else posts to a mailbox, so the event is not looked at: ThreadSanitizer does not see
    // how Qt hands it over.
    std::vector<Function> functions;
    const std::shared_ptr<Shared> shared = m_shared; // a function may destroy this mailbox
    {
        const std::lock_guard lock(shared->mutex);
        functions.swap(shared->waiting);
        shared->woken = false;
    }
    for (Function &function : functions) {
        function();
        function = nullptr;
        const std::lock_guard lock(shared->mutex);
        if (!shared->receiver)
            return;
    }
}

} // namespace heartline
