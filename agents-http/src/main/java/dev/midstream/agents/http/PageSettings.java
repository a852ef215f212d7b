package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import dev.midstream.agent.settings.Quantity;
import dev.midstream.agent.settings.SettingsReader;
import dev.midstream.agents.http.RequestRule.Action;

/** Reads with what a mapping of {@code requests} answers. */
final class PageSettings {
  private static final int MAX_PAGE_BYTES = 4_096;
  private static final int FIRST_STATUS = 300;
  private static final int FIRST_ERROR = 400;
  private static final int LAST_STATUS = 599;
  private static final int FORBIDDEN = 403;
  private static final int FOUND = 302;

  private final PolicySettings policy;
  private final SettingsReader section;

  PageSettings(PolicySettings policy, SettingsReader section) {
    this.policy = policy;
    this.section = section;
  }

  /** The answer to requests for which {@code action} is taken. */
  Page page(Action action) {
    String location =
        policy.text(section, "location", "[!-~]*", "must be a URL of ASCII characters");
    if ((action == Action.REDIRECT) == location.isEmpty()) {
      policy.refuse(section, "location", "must be given for redirect, and for no other action");
    }
    int status = status(action);
    Page page = action == Action.REDIRECT ? Page.redirect(status, location) : Page.of(status);
    String type = section.text("page-type");
    if (type != null && !type.matches(PolicySettings.MEDIA_TYPE)) {
      policy.refuse(section, "page-type", "must be a media type");
    }
    String text = section.text("page");
    if (type != null && text == null) {
      policy.refuse(section, "page-type", "needs the key page");
    }
    return text == null ? page : page.with(content(text), type == null ? Page.TYPE : type);
  }

  private Octets content(String text) {
    Octets octets = Octets.ofText(text);
    if (octets.length() > MAX_PAGE_BYTES) {
      policy.refuse(section, "page", "must have at most " + MAX_PAGE_BYTES + " octets");
    }
    return octets;
  }

  private int status(Action action) {
    int usual = action == Action.REDIRECT ? FOUND : FORBIDDEN;
    int status = section.smallNumber("status", Quantity.COUNT, FIRST_STATUS, LAST_STATUS, usual);
    boolean isRedirection = status < FIRST_ERROR;
    if (!Page.hasStatus(status) || isRedirection != (action == Action.REDIRECT)) {
      policy.refuse(
          section, "status", "must be one of " + Page.statuses(action == Action.REDIRECT));
      return usual;
    }
    return status;
  }
}
