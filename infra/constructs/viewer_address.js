// Tells the API where a viewer really is. X-Forwarded-For begins with whatever the viewer wrote into it;
// this header is CloudFront's own, and what the viewer sent under its name is lost.

function handler(event) {
    var request = event.request;
    request.headers['x-viewer-address'] = { value: network(event.viewer.ip) };
    return request;
}

// An IPv4 address as it is, of an IPv6 address the /64: a household has that many, and could come with a new
// one for every question.
function network(ip) {
    if (ip.indexOf(':') < 0) {
        return ip;
    }
    var halves = ip.toLowerCase().split('::');
    var groups = halves[0] ? halves[0].split(':') : [];
    if (halves.length > 1) {
        var tail = halves[1] ? halves[1].split(':') : [];
        while (groups.length + tail.length < 8) {
            groups.push('0');
        }
        groups = groups.concat(tail);
    }
    return groups.slice(0, 4).map(shortened).join(':') + '::/64';
}

function shortened(group) {
    return parseInt(group, 16).toString(16);
}
